import { emptyFolder, type Server, startServer } from './run.ts';

const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery staple' };

/** A token of a login of its own. */
export async function loginAt({ url }: Pick<Server, 'url'>): Promise<{ authorization: string }> {
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD }),
  });
  return { authorization: `Bearer ${(await answer.json()).access_token}` };
}

/** The real server over an empty folder, and its administrator's token. */
export async function startWithAdmin(env: Record<string, string> = {}) {
  const DATA_DIR = emptyFolder();
  const server = await startServer({ DATA_DIR, ...ADMIN, ...env });
  return { DATA_DIR, server, headers: await loginAt(server) };
}
