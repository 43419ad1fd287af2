import { eq } from 'drizzle-orm';
import { files, principals, scan_feedback, transact } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { deleteUnreferenced } from '../../storage/files/remove.ts';
import { toSessionCookie } from '../auth/sessions.ts';
import { assertNotLastAdmin, getUserOrThrow } from '../auth/users.ts';
import { reauthenticate } from './reauthenticate.ts';

/**
 * Deletes my account and all that is its own: every row that names me goes with mine, and bytes that nobody else
 * names. What I changed as an administrator stays, without my name. Throws AUTH_FAILED, CONFLICT (the last
 * administrator).
 */
export async function removeUser(
  ctx: UserContext,
  { password }: { password?: string | undefined },
): Promise<Record<string, never>> {
  await reauthenticate(ctx, password);
  const me = ctx.caller.principal_id;
  const contents = transact(ctx.db, () => {
    assertNotLastAdmin(ctx.db, getUserOrThrow(ctx.db, me));
    const named = ctx.db.selectDistinct({ sha256: files.sha256 }).from(files);
    const mine = named.where(eq(files.principal_id, me)).all();
    // Guests' reports outlive them, a user's words do not.
    ctx.db.delete(scan_feedback).where(eq(scan_feedback.principal_id, me)).run();
    ctx.db.delete(principals).where(eq(principals.id, me)).run();
    return mine;
  });
  for (const { sha256 } of contents) await deleteUnreferenced(ctx, sha256);
  ctx.auth.caller = { kind: 'guest', principal_id: null, guest_id: null, session_id: null };
  ctx.http?.response.headers.push(['set-cookie', toSessionCookie(ctx.db, null, ctx.http.secure)]);
  return {};
}
