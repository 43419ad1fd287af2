import { and, asc, count, eq, inArray, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_groups, gami_members, transact } from '../../../db/index.ts';
import type { Random } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { CreateGroupInput, Group, Groups, JoinGroupInput } from './schemas.ts';

type Row = typeof gami_groups.$inferSelect;

/** Groups one user may be in, and users one group may have. */
const MAX_GROUPS = 20;
const MAX_MEMBERS = 200;

/** No letters or digits that look like another: 0 O, 1 I L, 5 S, 8 B, 2 Z. */
const ALPHABET = 'ACDEFGHJKMNPQRTUVWXY34679';
const CODE_LENGTH = 8;

/** Codes are written in capitals; how someone types one does not matter. */
export function normalizeJoinCode(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase();
}

const memberOf = (user: number) => eq(gami_members.user_id, user);

function mine(db: Db, user: number): Row[] {
  const ids = db.select({ id: gami_members.group_id }).from(gami_members).where(memberOf(user));
  return db.select().from(gami_groups).where(inArray(gami_groups.id, ids)).orderBy(asc(gami_groups.id)).all();
}

/** A group its caller is a member of, by its id, join code or name, in this order. Throws NOT_FOUND. */
export function getGroupOrThrow(db: Db, user: number, named: string): Row {
  const groups = mine(db, user);
  const row =
    groups.find(({ id }) => String(id) === named) ??
    groups.find(({ join_code }) => join_code === normalizeJoinCode(named)) ??
    groups.find(({ name }) => name === named);
  if (!row) throw new ApiError('NOT_FOUND');
  return row;
}

/** Makes a group with a join code of its own; whoever makes it is its first member. Throws CONFLICT past my limit. */
export function createGroup(ctx: UserContext, { name }: z.output<typeof CreateGroupInput>): Group {
  return transact(ctx.db, () => {
    const me = ctx.caller.principal_id;
    refuseMoreGroups(ctx.db, me);
    const created_at = ctx.clock.now();
    const row = ctx.db
      .insert(gami_groups)
      .values({ name, join_code: freeCode(ctx.db, ctx.random), owner_id: me, created_at })
      .returning()
      .get();
    ctx.db.insert(gami_members).values({ group_id: row.id, user_id: me, joined_at: created_at }).run();
    return shown(ctx.db, row, me);
  });
}

/** Joins the group of a code; twice is fine. Throws NOT_FOUND for no group's code, CONFLICT for a full one. */
export function joinGroup(ctx: UserContext, { join_code }: z.output<typeof JoinGroupInput>): Group {
  return transact(ctx.db, () => {
    const me = ctx.caller.principal_id;
    const row = ctx.db
      .select()
      .from(gami_groups)
      .where(eq(gami_groups.join_code, normalizeJoinCode(join_code)))
      .get();
    if (!row) throw new ApiError('NOT_FOUND');
    if (!isMember(ctx.db, row.id, me)) {
      refuseMoreGroups(ctx.db, me);
      if (membersOf(ctx.db, row.id) >= MAX_MEMBERS) throw full();
      ctx.db.insert(gami_members).values({ group_id: row.id, user_id: me, joined_at: ctx.clock.now() }).run();
    }
    return shown(ctx.db, row, me);
  });
}

/**
 * Leaves a group of mine. The owner's place goes to who has been there longest; with its last member the group goes.
 * Throws NOT_FOUND.
 */
export function leaveGroup(ctx: UserContext, { id }: { id: number }): Record<string, never> {
  transact(ctx.db, () => {
    const me = ctx.caller.principal_id;
    const left = mine(ctx.db, me).find((row) => row.id === id);
    if (!left) throw new ApiError('NOT_FOUND');
    ctx.db
      .delete(gami_members)
      .where(and(eq(gami_members.group_id, id), memberOf(me)))
      .run();
    const next = ctx.db
      .select()
      .from(gami_members)
      .where(eq(gami_members.group_id, id))
      .orderBy(asc(gami_members.joined_at), asc(gami_members.user_id))
      .limit(1)
      .get();
    const group = eq(gami_groups.id, id);
    if (!next) ctx.db.delete(gami_groups).where(group).run();
    else if (left.owner_id === me)
      ctx.db.update(gami_groups).set({ owner_id: next.user_id }).where(group).run();
  });
  return {};
}

export function listGroups(ctx: UserContext): z.infer<typeof Groups> {
  const { db, caller } = ctx;
  return { groups: mine(db, caller.principal_id).map((row) => shown(db, row, caller.principal_id)) };
}

function freeCode(db: Db, random: Random): string {
  for (;;) {
    // 250 is the greatest multiple of the alphabet in a byte: no letter is likelier than another.
    const letters = [...random.bytes(CODE_LENGTH * 4)].filter((byte) => byte < 250).slice(0, CODE_LENGTH);
    const code = letters.map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
    const taken = db.select().from(gami_groups).where(eq(gami_groups.join_code, code)).get();
    if (code.length === CODE_LENGTH && !taken) return code;
  }
}

function isMember(db: Db, group_id: number, user: number): boolean {
  const row = db
    .select({ one: sql`1` })
    .from(gami_members)
    .where(and(eq(gami_members.group_id, group_id), memberOf(user)))
    .get();
  return row !== undefined;
}

function membersOf(db: Db, group_id: number): number {
  return (
    db.select({ n: count() }).from(gami_members).where(eq(gami_members.group_id, group_id)).get()?.n ?? 0
  );
}

function refuseMoreGroups(db: Db, user: number): void {
  if (mine(db, user).length < MAX_GROUPS) return;
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

function full(): ApiError {
  return new ApiError('CONFLICT', {
    issues: [
      {
        path: 'join_code',
        ko: `정원 ${MAX_MEMBERS}명이 찬 그룹입니다`,
        en: `This group has its ${MAX_MEMBERS} members already`,
      },
    ],
  });
}

function shown(db: Db, { id, name, join_code, owner_id, created_at }: Row, me: number): Group {
  return {
    id,
    name,
    join_code,
    members: membersOf(db, id),
    is_owner: owner_id === me,
    created_at: toIso(created_at),
  };
}
