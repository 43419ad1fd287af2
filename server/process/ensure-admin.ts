import { eq } from 'drizzle-orm';
import { type Db, transact, users } from '../../db/index.ts';
import { hashPassword } from '../../routers/accounts/auth/passwords.ts';
import { createUser } from '../../routers/accounts/auth/users.ts';
import type { Clock, Random } from '../../routers/core/context.ts';
import type { Env } from './env.ts';

/**
 * Makes the first administrator of an empty product. Returns a password when one had to be made up: it is shown
 * once, and known to nobody else.
 */
export async function ensureAdmin(
  { db, clock, random }: { db: Db; clock: Clock; random: Random },
  { ADMIN_EMAIL, ADMIN_PASSWORD }: Pick<Env, 'ADMIN_EMAIL' | 'ADMIN_PASSWORD'>,
): Promise<{ email: string; password: string | null } | null> {
  const anAdmin = () => db.select({ id: users.id }).from(users).where(eq(users.role, 'admin')).get();
  if (anAdmin()) return null;
  const email = ADMIN_EMAIL ?? 'admin@localhost.localdomain';
  const password = ADMIN_PASSWORD ?? random.bytes(15).toString('base64url');
  const password_hash = await hashPassword(password);
  return transact(db, () => {
    // Another process may have been first.
    if (anAdmin()) return null;
    const email_verified = true;
    createUser(db, clock, { email, email_verified, username: 'admin', password_hash, role: 'admin' });
    return { email, password: ADMIN_PASSWORD === undefined ? password : null };
  });
}
