import { randomBytes } from 'node:crypto';
import { API_KEY_SCOPES, type ApiKeyScope } from '../../db/index.ts';
import { openSession } from '../../routers/accounts/auth/sessions.ts';
import { issueTokens } from '../../routers/accounts/auth/tokens.ts';
import { createUser } from '../../routers/accounts/auth/users.ts';
import { createApiKey } from '../../routers/accounts/keys/api-keys.ts';
import type { TestApp, TestClient } from './app.ts';

export const SCOPES: readonly ApiKeyScope[] = API_KEY_SCOPES;
export const KINDS = ['nobody', 'stale', 'guest', 'user', 'admin', ...SCOPES] as const;
export type Kind = (typeof KINDS)[number];

export type Someone = TestClient & { id: number };

/** A user without the cost of a password. */
export async function makeUser(app: TestApp, role: 'user' | 'admin' = 'user'): Promise<Someone> {
  const { db, clock, random } = app.deps;
  const email = `${randomBytes(8).toString('hex')}@example.com`;
  const { id } = createUser(db, clock, { email, password_hash: null, role });
  const { session_id } = await openSession(db, clock, id, {
    isAuthenticated: false,
    user_agent: null,
    address: null,
  });
  const it = app.client();
  it.token = issueTokens(db, clock, random, session_id).access_token;
  return Object.assign(it, { id });
}

export function makeKey(app: TestApp, user: number, scope: ApiKeyScope): TestClient {
  const { db, clock, random } = app.deps;
  const it = app.client();
  it.token = createApiKey(db, clock, random, {
    name: scope,
    scopes: [scope],
    user,
    expires_in_days: null,
  }).key;
  return it;
}

/** One caller of each kind; the keys belong to a user of their own. */
export async function makeCallers(app: TestApp): Promise<Record<Kind, TestClient> & { user: Someone }> {
  const user = await makeUser(app);
  const guest = app.client();
  await guest.get('/settings');
  const stale = app.client();
  stale.token = `fsa_${randomBytes(32).toString('base64url')}`;
  const { id } = await makeUser(app);
  const keys = Object.fromEntries(SCOPES.map((scope) => [scope, makeKey(app, id, scope)]));
  const made = { nobody: app.client(), stale, guest, user, admin: await makeUser(app, 'admin'), ...keys };
  return made as unknown as Record<Kind, TestClient> & { user: Someone };
}
