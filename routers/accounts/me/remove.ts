import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { files, principals, scan_feedback, transact } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { deleteUnreferenced } from '../../storage/files/remove.ts';
import { toSessionCookie } from '../auth/sessions.ts';
import { assertNotLastAdmin, getUserOrThrow } from '../auth/users.ts';
import { reauthenticate } from './reauthenticate.ts';
import type { DeleteAccountInput } from './schemas.ts';

/**
 * Deletes the caller's account with every row that belongs to it, and the file contents that nobody else references.
 * What the caller changed as an administrator stays, without their name. Throws PASSWORD_REQUIRED, AUTH_FAILED, and CONFLICT for the last
 * administrator.
 */
export async function deleteAccount(
  ctx: UserContext,
  { password }: z.infer<typeof DeleteAccountInput>,
): Promise<Record<string, never>> {
  await reauthenticate(ctx, password ?? '');
  const id = ctx.caller.principal_id;
  const contents = transact(ctx.db, () => {
    assertNotLastAdmin(ctx.db, getUserOrThrow(ctx.db, id));
    const uploaded = ctx.db
      .selectDistinct({ sha256: files.sha256 })
      .from(files)
      .where(eq(files.principal_id, id))
      .all();
    // Its foreign key only clears the reporter, as for guests; a user's comments are deleted.
    ctx.db.delete(scan_feedback).where(eq(scan_feedback.principal_id, id)).run();
    ctx.db.delete(principals).where(eq(principals.id, id)).run();
    return uploaded;
  });
  for (const { sha256 } of contents) await deleteUnreferenced(ctx, sha256);
  ctx.auth.caller = { kind: 'guest', principal_id: null, guest_id: null, session_id: null };
  ctx.http?.response.headers.push(['set-cookie', toSessionCookie(ctx.db, null, ctx.http.secure)]);
  return {};
}
