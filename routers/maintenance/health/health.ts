import type { z } from 'zod';
import { preparedStatements } from '../../../db/index.ts';
import type { Context, Db } from '../../core/context.ts';
import type { Health, Ready } from './schemas.ts';

const statements = preparedStatements((db) => ({ ping: db.$client.prepare('SELECT 1') }));

/** The state of the product. Only a database that does not respond makes it a 503. */
export async function getHealth(ctx: Context): Promise<z.infer<typeof Health>> {
  const checks = { ...checkEssentials(ctx), ...(await checkChat(ctx)) };
  if (checks.database === 'failing' && ctx.http) ctx.http.response.status = 503;
  return {
    status: checks.database === 'ok' && checks.url_model === 'ok' ? 'ok' : 'degraded',
    version: ctx.settings.version,
    uptime_seconds: Math.max(0, Math.floor((ctx.clock.now() - ctx.settings.started_at) / 1000)),
    checks,
  };
}

/** Whether the process accepts requests: a 503 while it stops, and without its database or its URL model. */
export function getReadiness(ctx: Context): z.infer<typeof Ready> {
  const checks = checkEssentials(ctx);
  const stopping = ctx.draining.aborted;
  const ready = !stopping && checks.database === 'ok' && checks.url_model === 'ok';
  if (!ready && ctx.http) ctx.http.response.status = 503;
  return { ready, stopping, checks };
}

/** The parts that every scan needs. */
function checkEssentials({ db, classifier }: Context) {
  return {
    database: isDatabaseReachable(db) ? 'ok' : 'failing',
    url_model: classifier.isHealthy() ? 'ok' : 'failing',
  } as const;
}

/** The parts of the chatbot, which without them answers from its documents by text search. */
async function checkChat({ chat }: Context) {
  const engine = chat.findEngine();
  const index = engine?.state().index;
  const llm = await engine?.llm();
  return {
    embedder: index === 'ready' ? 'ok' : index === 'text_only' ? 'failing' : 'absent',
    llm: llm === 'ready' ? 'ok' : llm === undefined || llm === 'off' ? 'absent' : 'failing',
  } as const;
}

export function isDatabaseReachable(db: Db): boolean {
  try {
    return statements(db).ping.get() !== undefined;
  } catch {
    return false;
  }
}
