import { z } from 'zod';
import { preparedStatements } from '../../db/index.ts';
import type { Context, Db } from '../core/context.ts';
import { publicProcedure, router } from '../core/procedures.ts';

const statements = preparedStatements((db) => ({ ping: db.$client.prepare('SELECT 1') }));

const Check = z.enum(['ok', 'failing', 'absent']);

const Health = z
  .object({
    status: z.enum(['ok', 'degraded']),
    version: z.string().meta({ example: '0.1.0' }),
    uptime_seconds: z.int().min(0),
    checks: z.object({ database: Check, url_model: Check, embedder: Check, llm: Check }),
  })
  .meta({ id: 'Health' });

const Live = z.object({ live: z.literal(true) }).meta({ id: 'Live' });

const Ready = z
  .object({
    ready: z.boolean(),
    stopping: z.boolean().meta({ description: 'It was told to stop, and finishes what runs' }),
    checks: z.object({ database: Check, url_model: Check }),
  })
  .meta({ id: 'Ready' });

/** How the product is. Only a database that does not answer makes it unwell enough for a 503. */
async function getHealth(ctx: Context): Promise<z.infer<typeof Health>> {
  const checks = { ...checkEssentials(ctx), ...(await checkChat(ctx)) };
  if (checks.database === 'failing' && ctx.http) ctx.http.response.status = 503;
  return {
    status: checks.database === 'ok' && checks.url_model === 'ok' ? 'ok' : 'degraded',
    version: ctx.settings.version,
    uptime_seconds: Math.max(0, Math.floor((ctx.clock.now() - ctx.settings.started_at) / 1000)),
    checks,
  };
}

/** What it cannot do its main job without. */
function checkEssentials({ db, classifier }: Context) {
  return {
    database: isDatabaseReachable(db) ? 'ok' : 'failing',
    url_model: classifier.healthy() ? 'ok' : 'failing',
  } as const;
}

/** Neither makes the product unwell: the chatbot answers from its documents by text search alone. */
async function checkChat({ chat }: Context) {
  const engine = chat.started();
  const index = engine?.state().index;
  const llm = await engine?.llm();
  return {
    embedder: index === 'ready' ? 'ok' : index === 'text_only' ? 'failing' : 'absent',
    llm: llm === 'ready' ? 'ok' : llm === undefined || llm === 'off' ? 'absent' : 'failing',
  } as const;
}

/** Whether requests are welcome: a process that stops, or cannot do its main job, says no with a 503. */
function getReadiness(ctx: Context): z.infer<typeof Ready> {
  const checks = checkEssentials(ctx);
  const stopping = ctx.draining.aborted;
  const ready = !stopping && checks.database === 'ok' && checks.url_model === 'ok';
  if (!ready && ctx.http) ctx.http.response.status = 503;
  return { ready, stopping, checks };
}

export function isDatabaseReachable(db: Db): boolean {
  try {
    return statements(db).ping.get() !== undefined;
  } catch {
    return false;
  }
}

export const healthRouter = router({
  get: publicProcedure
    .meta({
      openapi: { method: 'GET', path: '/health', tags: ['System'], summary: 'How the server is' },
      rateLimit: 'none',
    })
    .input(z.object({}))
    .output(Health)
    .query(({ ctx }) => getHealth(ctx)),
  live: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/health/live',
        tags: ['System'],
        summary: 'Whether the process answers',
        description: 'Looks at nothing else: who gets no answer may start it again.',
      },
      rateLimit: 'none',
    })
    .input(z.object({}))
    .output(Live)
    .query(() => ({ live: true }) as const),
  ready: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/health/ready',
        tags: ['System'],
        summary: 'Whether it should be sent requests',
        description:
          '503 when the database does not answer, when the URL model is not loaded, and from the moment it is told ' +
          'to stop. While it starts it does not listen yet.',
      },
      rateLimit: 'none',
    })
    .input(z.object({}))
    .output(Ready)
    .query(({ ctx }) => getReadiness(ctx)),
});
