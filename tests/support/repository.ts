import { events } from '../../db/index.ts';
import { createApiKey } from '../../routers/accounts/keys/api-keys.ts';
import { type TestApp, type TestClient, testApp } from './app.ts';

export const REMOTE = 'git@github.com:username/myproject.git';
export const HASH = 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678';
export const COMMIT = {
  commit_hash: HASH,
  author_email: 'author@example.com',
  message: 'Feat: Add user login functionality',
  timestamp: '2025-10-28T10:30:00Z',
};
export const DIFF = "--- a/src/main.py\n+++ b/src/main.py\n@@ -1,1 +1,2 @@\n print('hello')\n+print('world')";

/** A client that shows an API key of a user. */
export function keyOf(app: TestApp, user: string, scopes: ('agent' | 'llm')[] = ['agent']): TestClient {
  const it = app.client();
  const { db, clock, random } = app.deps;
  it.token = createApiKey(db, clock, random, { name: 'k', scopes, user }).key;
  return it;
}

/** Alice, who has registered a project; `path` is where its Git operations are. */
export async function withProject(app = testApp()) {
  const alice = await app.user('alice');
  const { body } = await alice.post('/git/projects/register', { name: 'MyProject', remote_url: REMOTE });
  return { ...app, app, alice, id: body.id as number, path: `/git/${body.id}` };
}

/** The events of a type. */
export const told = (app: TestApp, type: string) =>
  app.deps.db
    .select()
    .from(events)
    .all()
    .filter((event) => event.type === type);

export function form(
  fields: Record<string, string>,
  file = new File(['it went well\n'], 'log.txt'),
): FormData {
  const data = new FormData();
  data.set('file', file);
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}
