import { type Client, createClient, isClientError } from '../../clients/typescript/client.ts';

// Copied into a project of its own by pack.test.ts, so nothing but the client is imported.

/** A fetch that keeps cookies, as browsers and apps do, and counts requests. */
export function visitor() {
  let cookie = '';
  const it = {
    requests: 0,
    paths: [] as string[],
    cookie: () => cookie,
    fetch: async (input: string, init: RequestInit = {}): Promise<Response> => {
      it.requests += 1;
      it.paths.push(new URL(input).pathname);
      const headers = new Headers(init.headers);
      if (cookie) headers.set('cookie', cookie);
      const answer = await fetch(input, { ...init, headers });
      const set = answer.headers.getSetCookie().find((line) => line.startsWith('flask_auth_session='));
      if (set) cookie = set.split(';', 1)[0] ?? '';
      return answer;
    },
  };
  return it;
}

/** What a call that must fail was told. */
export async function told(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (isClientError(error)) return { ...error.data, message: error.message };
    throw error;
  }
  throw new Error('the call did not fail');
}

/** Every example of ColScan's specification but the chatbot's, in its order, as calls of the typed client. */
export async function colscan(url: string) {
  const browser = visitor();
  const client: Client = createClient(url, { fetch: browser.fetch });
  const account = { email: 'user@example.com', password: 'securePassword123' };
  await createClient(url).auth.register.mutate({ ...account, nickname: 'Alice' });

  const guest = await client.auth.status.query({});
  const safe = await client.scan.analyze.mutate({ url: 'https://example.com', use_cache: true });
  const dangerous = await client.scan.analyze.mutate({ url: 'http://phishing-site.xyz', use_cache: true });
  const again = await client.scan.analyze.mutate({ url: 'https://example.com' });

  const failed = await told(client.auth.login.mutate({ ...account, password: 'wrong password' }));
  const login = await client.auth.login.mutate(account);
  const status = await client.auth.status.query({});
  const cached = await client.scan.cached.query({ url_hash: safe.details.url_hash });
  const malformed = await told(client.scan.analyze.mutate({ url: 'not a url' }));

  const history = await client.history.list.query({ limit: 50, sort: 'desc', filter: 'all' });
  const onlyDangerous = await client.history.list.query({ filter: 'dangerous' });
  const newest = history.history[0]?.id ?? 0;
  const removed = await client.history.remove.mutate({ id: newest });
  const gone = await told(client.history.remove.mutate({ id: newest }));
  const cleared = await client.history.clear.mutate({});

  const settings = await client.settings.get.query({});
  const updated = await client.settings.update.mutate({ notification_enabled: false, language: 'en' });
  const english = await told(client.scan.analyze.mutate({ url: 'not a url' }));
  await client.auth.logout.mutate({});
  const after = await client.auth.status.query({});

  const bearer = createClient(url, { token: login.access_token });
  const expired = await told(bearer.me.get.query({}));
  return {
    ...{ guest, safe, dangerous, again, failed, login, status, cached, malformed },
    ...{ history, onlyDangerous, removed, gone, cleared, settings, updated, english, after, expired },
  };
}

export type Transcript = Awaited<ReturnType<typeof colscan>>;
