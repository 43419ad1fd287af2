import { and, asc, count, eq, inArray, sql } from 'drizzle-orm';
import { type Db, gami_groups, gami_members } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import { normalizeHumanCode } from '../../core/human-code.ts';
import { toIso } from '../../core/wire-types.ts';
import type { StudyGroup } from './schemas.ts';

export type StudyGroupRow = typeof gami_groups.$inferSelect;

/** How many groups one user may be in. */
const MAX_GROUPS = 20;

/** The groups a user is a member of, the oldest first. */
export function listMemberships(db: Db, user_id: number): StudyGroupRow[] {
  const ids = db
    .select({ id: gami_members.group_id })
    .from(gami_members)
    .where(eq(gami_members.user_id, user_id));
  return db.select().from(gami_groups).where(inArray(gami_groups.id, ids)).orderBy(asc(gami_groups.id)).all();
}

/** A group that the user is a member of, by its id, join code or name, in this order. Throws NOT_FOUND. */
export function getGroupOrThrow(db: Db, user_id: number, ref: string): StudyGroupRow {
  const groups = listMemberships(db, user_id);
  const row =
    groups.find(({ id }) => String(id) === ref) ??
    groups.find(({ join_code }) => join_code === normalizeHumanCode(ref)) ??
    groups.find(({ name }) => name === ref);
  if (!row) throw new ApiError('NOT_FOUND');
  return row;
}

export function isGroupMember(db: Db, group_id: number, user_id: number): boolean {
  const row = db
    .select({ one: sql`1` })
    .from(gami_members)
    .where(and(eq(gami_members.group_id, group_id), eq(gami_members.user_id, user_id)))
    .get();
  return row !== undefined;
}

export function countGroupMembers(db: Db, group_id: number): number {
  const isMember = eq(gami_members.group_id, group_id);
  return db.select({ n: count() }).from(gami_members).where(isMember).get()?.n ?? 0;
}

/** Throws CONFLICT when the user is in as many groups as allowed. */
export function assertGroupLimit(db: Db, user_id: number): void {
  if (listMemberships(db, user_id).length < MAX_GROUPS) return;
  throw new ApiError('CONFLICT', {
    issues: [
      {
        path: '',
        ko: `스터디 그룹은 ${MAX_GROUPS}개까지 들어갈 수 있습니다`,
        en: `You can be in ${MAX_GROUPS} study groups at most`,
      },
    ],
  });
}

/** A group as the wire carries it to one of its members. */
export function toGroup(db: Db, row: StudyGroupRow, user_id: number): StudyGroup {
  const { id, name, join_code, owner_id, created_at } = row;
  return {
    id,
    name,
    join_code,
    members: countGroupMembers(db, id),
    is_owner: owner_id === user_id,
    created_at: toIso(created_at),
  };
}
