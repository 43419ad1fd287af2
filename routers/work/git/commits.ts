import { and, count, eq, gte, lt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { commits, projects, transact } from '../../../db/index.ts';
import type { Context, Db } from '../../core/context.ts';
import { afterCursor, type OrderKey, toOrder, toPage } from '../../core/cursor.ts';
import { ApiError } from '../../core/errors.ts';
import type { KeyContext, UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { getProjectOrThrow, type ProjectRow } from '../projects/project.ts';
import type { AddCommitInput, Commit, CommitList, ListCommitsInput } from './commit-schemas.ts';

export type CommitRow = typeof commits.$inferSelect;

export interface NewCommit {
  /** hex digits in lower case, at least 7 */
  commit_hash: string;
  author_email: string;
  message: string;
  /** Unix milliseconds */
  timestamp: number;
  /** whether a Git server has confirmed it, with a signature that the owner of the project cannot make */
  is_verified?: boolean;
}

/** Stores a reported commit. A known one changes nothing and answers 200. Throws NOT_FOUND. */
export function addCommit(ctx: KeyContext, input: z.output<typeof AddCommitInput>): Commit {
  const { row, created } = transact(ctx.db, () =>
    storeCommit(ctx, getProjectOrThrow(ctx.db, ctx.caller, input.project_id), input),
  );
  if (!created && ctx.http) ctx.http.response.status = 200;
  return toCommit(row);
}

/**
 * Stores a commit of a project and emits `commit.stored` to the project's owner. A known hash or the beginning of one
 * changes nothing; a full hash replaces its stored beginning.
 */
export function storeCommit(
  ctx: Pick<Context, 'db' | 'clock' | 'emit'>,
  project: Pick<ProjectRow, 'id' | 'user_id'>,
  commit: NewCommit,
): { row: CommitRow; created: boolean } {
  const { commit_hash, author_email, message, timestamp, is_verified = false } = commit;
  const existing = findSameCommit(ctx.db, project.id, commit_hash);
  if (existing) return { row: existing, created: false };
  const row = ctx.db
    .insert(commits)
    .values({
      project_id: project.id,
      commit_hash,
      author_email,
      message,
      committed_at: timestamp,
      created_at: ctx.clock.now(),
    })
    .returning()
    .get();
  ctx.db
    .update(projects)
    .set({ commit_count: sql`${projects.commit_count} + 1`, updated_at: ctx.clock.now() })
    .where(eq(projects.id, project.id))
    .run();
  const payload = { project_id: project.id, commit_id: row.id, commit_hash, author_email, is_verified };
  ctx.emit({ type: 'commit.stored', principal_id: project.user_id, payload });
  return { row, created: true };
}

function findSameCommit(db: Db, project_id: number, hash: string): CommitRow | undefined {
  const [fullRow] = listByPrefix(db, project_id, hash);
  if (fullRow) return fullRow;
  // Commits with the same first 7 digits are one range of the index.
  const short = listByPrefix(db, project_id, hash.slice(0, 7), 1000).find(({ commit_hash }) =>
    hash.startsWith(commit_hash),
  );
  if (!short) return undefined;
  return db.update(commits).set({ commit_hash: hash }).where(eq(commits.id, short.id)).returning().get();
}

function listByPrefix(db: Db, project_id: number, prefix: string, limit = 2): CommitRow[] {
  return db
    .select()
    .from(commits)
    .where(
      and(
        eq(commits.project_id, project_id),
        gte(commits.commit_hash, prefix),
        // `g` follows every hex digit.
        lt(commits.commit_hash, `${prefix}g`),
      ),
    )
    .orderBy(commits.commit_hash)
    .limit(limit)
    .all();
}

/** The commit of a hash or of its beginning. Throws NOT_FOUND; CONFLICT when several match. */
export function getCommitOrThrow(db: Db, project: Pick<ProjectRow, 'id'>, hash: string): CommitRow {
  const [row, secondRow] = listByPrefix(db, project.id, hash);
  if (!row) throw new ApiError('NOT_FOUND');
  if (secondRow && row.commit_hash !== hash) throw new ApiError('CONFLICT');
  return row;
}

/** The full hash of an abbreviated one; unchanged when no commit or more than one matches. */
export function resolveHash(db: Db, project: Pick<ProjectRow, 'id'>, hash: string): string {
  const [row, secondRow] = listByPrefix(db, project.id, hash);
  return row && !secondRow ? row.commit_hash : hash;
}

/** The commits of a project by commit time, the newest first. Throws NOT_FOUND. */
export function listCommits(
  ctx: UserContext,
  { project_id, limit, offset, cursor }: z.infer<typeof ListCommitsInput>,
): z.infer<typeof CommitList> {
  const inProject = eq(commits.project_id, getProjectOrThrow(ctx.db, ctx.caller, project_id).id);
  const order: OrderKey[] = [
    [commits.committed_at, 'desc'],
    [commits.id, 'desc'],
  ];
  const found = ctx.db
    .select()
    .from(commits)
    .where(and(inProject, afterCursor(cursor, order)))
    .orderBy(...toOrder(order))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(commits).where(inProject).get()?.n ?? 0;
  const { rows, next_cursor } = toPage(found, limit, ({ committed_at, id }) => [committed_at, id]);
  return { total, next_cursor, commits: rows.map(toCommit) };
}

function toCommit({ committed_at, created_at, ...row }: CommitRow): Commit {
  return { ...row, timestamp: toIso(committed_at), created_at: toIso(created_at) };
}
