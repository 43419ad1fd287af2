import { and, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { projects } from '../../../db/index.ts';
import { isAdmin } from '../../core/access.ts';
import type { Caller, Db } from '../../core/context.ts';
import { afterCursor, type BareListInput, linkToNextPage, toPage } from '../../core/cursor.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { Project } from './schemas.ts';

export type ProjectRow = typeof projects.$inferSelect;

/**
 * A project that the caller may see: users and keys see their own, administrators see all. Throws NOT_FOUND for an
 * unknown project and for another user's.
 */
export function getProjectOrThrow(db: Db, caller: Caller, id: number): ProjectRow {
  const row = db.select().from(projects).where(eq(projects.id, id)).get();
  if (!row || !canAccess(caller, row)) throw new ApiError('NOT_FOUND');
  return row;
}

function canAccess(caller: Caller, { user_id }: ProjectRow): boolean {
  if (caller.kind === 'system' || isAdmin(caller)) return true;
  return caller.kind !== 'guest' && caller.principal_id === user_id;
}

/** The caller's projects, the newest first. */
export function listProjects(ctx: UserContext, { limit, cursor }: z.output<typeof BareListInput>): Project[] {
  const isOwn = eq(projects.user_id, ctx.caller.principal_id);
  const found = ctx.db
    .select()
    .from(projects)
    .where(and(isOwn, afterCursor(cursor, [[projects.id, 'desc']])))
    .orderBy(desc(projects.id))
    .limit(limit + 1)
    .all();
  const { rows, next_cursor } = toPage(found, limit, ({ id }) => [id]);
  linkToNextPage(ctx, limit, next_cursor);
  return rows.map(toProject);
}

/** Throws NOT_FOUND. */
export function getProject(ctx: UserContext, input: { project_id: number }): Project {
  return toProject(getProjectOrThrow(ctx.db, ctx.caller, input.project_id));
}

/** A project as the wire carries it. */
export function toProject(row: ProjectRow): Project {
  const {
    user_id: _owner,
    remote_key: _key,
    remote_since: _since,
    webhook_rotations: _rotations,
    last_scan_at,
    created_at,
    updated_at,
    ...rest
  } = row;
  return {
    ...rest,
    last_scan_at: last_scan_at === null ? null : toIso(last_scan_at),
    created_at: toIso(created_at),
    updated_at: toIso(updated_at),
  };
}
