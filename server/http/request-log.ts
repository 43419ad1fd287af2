import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Deps } from '../../routers/core/context.ts';
import type { HonoEnv } from './context.ts';

/**
 * One line for every request. It names the route, not the address: paths hold ids and queries hold what people
 * scanned. Of the caller it tells the kind and the number of the row. What names itself as an operation is measured.
 */
export function requestLog(
  { log, metrics }: Pick<Deps, 'log' | 'metrics'>,
  procedures: object,
): MiddlewareHandler<HonoEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const ms = performance.now() - startedAt;
    const operation = c.get('operation');
    if (operation) metrics.operation(operation, c.res.status, ms);
    const ctx = await c.get('context')?.catch(() => undefined);
    const caller = ctx?.auth.caller;
    log.info(
      {
        request_id: c.get('requestId'),
        method: c.req.method,
        route: nativeRoute(c.req.path, procedures) ?? routePath(c, -1),
        status: c.res.status,
        ms: Math.round(ms * 100) / 100,
        caller: caller?.kind,
        caller_id: caller && 'principal_id' in caller ? caller.principal_id : undefined,
      },
      'request',
    );
  };
}

/** A path of tRPC when it names procedures and nothing else. */
function nativeRoute(path: string, procedures: object): string | null {
  if (!path.startsWith('/trpc/')) return null;
  const names = path.slice('/trpc/'.length).split(',');
  return names.every((name) => Object.hasOwn(procedures, name)) ? path : null;
}
