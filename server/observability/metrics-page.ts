import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono, type Context as HonoContext } from 'hono';
import type { Registry } from 'prom-client';
import { isAdmin } from '../../routers/core/access.ts';
import type { Context } from '../../routers/core/context.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { type HonoEnv, operationName } from '../http/context.ts';
import type { HandlerOptions } from '../http/handle.ts';

type C = HonoContext<HonoEnv>;

export interface MetricsOptions {
  /** what is told: of this process, or of all that share its port */
  registry: () => Registry | Promise<Registry>;
  /** what a bearer that may read them knows */
  token: string | undefined;
  /** programs on this machine need no credentials */
  trust_loopback: boolean;
}

/**
 * `GET /metrics`, as Prometheus reads it. For whoever knows the token; for administrators; and for programs on this
 * machine, unless a proxy may stand in front, through which everyone would look like one.
 */
export function mountMetrics(
  options: Pick<HandlerOptions, 'context'>,
  metricsOptions: MetricsOptions,
): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  app.get('/metrics', operationName('/metrics'), async (c) => {
    // The token is checked first and without the database, so that metrics can be read when the database is locked.
    if (!knowsToken(c, metricsOptions.token))
      assertMayReadMetrics(await options.context(c), metricsOptions.trust_loopback);
    const registry = await metricsOptions.registry();
    return c.body(await registry.metrics(), 200, {
      'Content-Type': registry.contentType,
      'Cache-Control': 'no-store',
    });
  });
  return app;
}

function knowsToken(c: C, token: string | undefined): boolean {
  const [, bearerToken] = /^bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (token === undefined || bearerToken === undefined) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(bearerToken), digest(token));
}

function assertMayReadMetrics({ auth: { caller }, http }: Context, trust_loopback: boolean): void {
  if (isAdmin(caller)) return;
  if (trust_loopback && http?.isLoopback && !http.authFailure) return;
  throw new ApiError(caller.kind === 'guest' ? (http?.authFailure?.code ?? 'AUTH_REQUIRED') : 'FORBIDDEN');
}
