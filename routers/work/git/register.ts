import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { projects, transact } from '../../../db/index.ts';
import type { Db } from '../../core/context.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { type ProjectRow, toProject } from '../projects/project.ts';
import type { Project } from '../projects/schemas.ts';
import { stripCredentials, toRemoteKey } from './remote.ts';
import type { RegisterProjectInput } from './schemas.ts';

/**
 * Registers a repository for the caller. The same remote in any spelling, or the same path, is the same project: it is
 * updated, and the answer is 200.
 */
export function registerProject(ctx: KeyContext, input: z.output<typeof RegisterProjectInput>): Project {
  const now = ctx.clock.now();
  const details = {
    name: input.name,
    ...(input.local_path ? { local_path: normalizeLocalPath(input.local_path) } : {}),
    ...(input.remote_url
      ? { remote_url: stripCredentials(input.remote_url), remote_key: toRemoteKey(input.remote_url) }
      : {}),
    updated_at: now,
  };
  const remote_key = details.remote_key ?? null;
  const user_id = ctx.caller.principal_id;
  const { row, created } = transact(ctx.db, () => {
    const existing = findSameProject(ctx.db, user_id, details);
    if (existing) {
      const remote_since =
        remote_key === null || existing.remote_key === remote_key ? existing.remote_since : now;
      const row = ctx.db
        .update(projects)
        .set({ ...details, remote_since })
        .where(eq(projects.id, existing.id))
        .returning()
        .get();
      return { row, created: false };
    }
    const row = ctx.db
      .insert(projects)
      .values({ ...details, user_id, remote_since: remote_key === null ? null : now, created_at: now })
      .returning()
      .get();
    ctx.emit({
      type: 'project.registered',
      principal_id: user_id,
      payload: { project_id: row.id, name: row.name },
    });
    return { row, created: true };
  });
  if (!created && ctx.http) ctx.http.response.status = 200;
  return toProject(row);
}

interface ProjectDetails {
  name: string;
  local_path?: string;
  remote_key?: string | null;
}

/** The remote takes precedence over the path, since a repository may move on the disk. */
function findSameProject(
  db: Db,
  user_id: number,
  { name, local_path, remote_key }: ProjectDetails,
): ProjectRow | undefined {
  const isOwn = eq(projects.user_id, user_id);
  const findFirst = (condition: SQL) =>
    db.select().from(projects).where(and(isOwn, condition)).orderBy(projects.id).get();
  return (
    (remote_key ? findFirst(eq(projects.remote_key, remote_key)) : undefined) ??
    (local_path ? findFirst(isSamePath(local_path)) : undefined) ??
    (!remote_key && !local_path ? findFirst(hasOnlyName(name)) : undefined)
  );
}

/** Windows ignores the case of paths; drives tell its paths apart. */
function isSamePath(local_path: string) {
  if (!/^(?:[a-z]:|\/\/)/i.test(local_path)) return eq(projects.local_path, local_path);
  return eq(sql`lower(${projects.local_path})`, sql`lower(${local_path})`);
}

/** Matches a project that has neither a remote nor a path. */
function hasOnlyName(name: string) {
  return sql`${eq(projects.name, name)} and ${isNull(projects.remote_key)} and ${isNull(projects.local_path)}`;
}

/** `C:\Projects\App\` and `C:/Projects/App` are one folder. */
function normalizeLocalPath(path: string): string {
  const pathWithSlashes = (/^([a-z]:|\\\\)/i.test(path) ? path.replaceAll('\\', '/') : path).normalize('NFC');
  return pathWithSlashes.length > 1 ? pathWithSlashes.replace(/(?<=[^:/])\/+$/, '') : pathWithSlashes;
}
