import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { transact, users } from '../../../db/index.ts';
import { type AdminContext, audit } from '../../core/audit.ts';
import { endSessions } from '../auth/sessions.ts';
import { assertNotLastAdmin, type UserRow } from '../auth/users.ts';
import type { AdminUser, SetRoleInput, UserId } from './schemas.ts';
import { getAdminUser, getUserRowOrThrow } from './user.ts';

/** Throws NOT_FOUND, and CONFLICT for the last administrator. */
export function setRole(ctx: AdminContext, { id, role }: z.infer<typeof SetRoleInput>): AdminUser {
  return changeUser(ctx, id, (row) => {
    if (row.role === role) return;
    if (role === 'user') assertNotLastAdmin(ctx.db, row);
    ctx.db.update(users).set({ role, updated_at: ctx.clock.now() }).where(eq(users.id, id)).run();
    ctx.emit({ type: 'account.changed', principal_id: id, payload: { change: 'role' } });
    audit(ctx, 'users.role', row.user_id, { from: row.role, to: role });
  });
}

/**
 * Locks a user: every login and its tokens end, and API keys are rejected until the user is unlocked. Throws NOT_FOUND,
 * and CONFLICT for the last administrator.
 */
export function lockUser(ctx: AdminContext, { id }: z.infer<typeof UserId>): AdminUser {
  return changeUser(ctx, id, (row) => {
    if (row.locked_at !== null) return;
    assertNotLastAdmin(ctx.db, row);
    const now = ctx.clock.now();
    ctx.db.update(users).set({ locked_at: now, updated_at: now }).where(eq(users.id, id)).run();
    audit(ctx, 'users.lock', row.user_id, { sessions_ended: endSessions(ctx.db, id) });
  });
}

/** Throws NOT_FOUND. */
export function unlockUser(ctx: AdminContext, { id }: z.infer<typeof UserId>): AdminUser {
  return changeUser(ctx, id, (row) => {
    if (row.locked_at === null) return;
    ctx.db.update(users).set({ locked_at: null, updated_at: ctx.clock.now() }).where(eq(users.id, id)).run();
    audit(ctx, 'users.unlock', row.user_id, {});
  });
}

function changeUser(ctx: AdminContext, id: number, change: (row: UserRow) => void): AdminUser {
  return transact(ctx.db, () => {
    change(getUserRowOrThrow(ctx.db, id));
    return getAdminUser(ctx, id);
  });
}
