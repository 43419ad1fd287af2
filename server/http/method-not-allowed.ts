import type { Hono } from 'hono';
import { ApiError } from '../../routers/core/errors.ts';
import type { HonoEnv } from './context.ts';

/**
 * Answers OPTIONS, and other methods with 405, on every path that takes some method; both with `Allow`. It is called
 * once, after all routes are there. Hono's own middleware does this too, but behind every request, and does not know
 * which route the path belongs to, which the metrics count by.
 *
 * @example
 * app.get('/health', handler);
 * mountMethodNotAllowed(app);
 */
export function mountMethodNotAllowed(app: Hono<HonoEnv>): void {
  for (const { path, methods } of groupByPath(app.routes)) {
    const allow = [...methods, 'OPTIONS'].join(', ');
    const operation = toTemplate(path);
    app.all(path, (c) => {
      c.set('operation', operation);
      c.header('Allow', allow);
      if (c.req.method === 'OPTIONS') return c.body(null, 204);
      throw new ApiError('METHOD_NOT_ALLOWED');
    });
  }
}

/** Each path once with the methods it takes; parameters are one path whatever their names. */
function groupByPath(routes: readonly { path: string; method: string }[]) {
  const groups = new Map<string, { path: string; methods: Set<string> }>();
  for (const { path, method } of routes) {
    if (method === 'ALL') continue;
    const shape = path.replace(/:[^/]+/g, ':');
    const group = groups.get(shape) ?? { path, methods: new Set() };
    groups.set(shape, group);
    group.methods.add(method);
    if (method === 'GET') group.methods.add('HEAD');
  }
  return groups.values();
}

/** `/history/{id}` for `/api/v1/history/:id`: both prefixes are one operation. */
function toTemplate(path: string): string {
  return path.replace(/^\/api\/v1(?=\/)/, '').replace(/:([^/]+)/g, '{$1}');
}
