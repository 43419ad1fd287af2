import type { createApp } from '../../server/http/app.ts';
import { findUndocumented } from './documented-answers.ts';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever the wire carries
  body: any;
  headers: Headers;
}

/** A client that keeps its cookie, as browsers and apps do. */
export interface TestClient {
  cookie: string | null;
  token: string | null;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(path: string, init: RequestInit): Promise<Answer>;
  /** one native tRPC mutation */
  mutate(name: string, input: unknown): Promise<Answer>;
  query(name: string, input?: unknown): Promise<Answer>;
}

type App = ReturnType<typeof createApp>;

/** Each request goes to the next of these. */
export function makeClient(apps: readonly App[]): TestClient {
  let sent = 0;
  const it: TestClient = {
    cookie: null,
    token: null,
    async send(path, init) {
      const headers = new Headers(init.headers);
      if (it.cookie && !headers.has('cookie')) headers.set('cookie', it.cookie);
      if (it.token && !headers.has('authorization')) headers.set('authorization', `Bearer ${it.token}`);
      const answer = await (apps[sent++ % apps.length] as App).request(path, { ...init, headers });
      for (const cookie of answer.headers.getSetCookie()) {
        const pair = cookie.split(';', 1)[0] as string;
        it.cookie = pair.endsWith('=') ? null : pair;
      }
      const text = await answer.text();
      const json = answer.headers.get('content-type')?.includes('json') && text !== '';
      const body = json ? JSON.parse(text) : text;
      const request = { method: init.method ?? 'GET', path: path.split(/[?#]/, 1)[0] as string };
      const undocumented = json ? findUndocumented(request, { status: answer.status, body }) : null;
      if (undocumented !== null) throw new Error(undocumented);
      return { status: answer.status, body, headers: answer.headers };
    },
    get: (path, headers = {}) => it.send(path, { headers }),
    post: (path, body, headers = {}) => it.send(path, withBody('POST', body, headers)),
    put: (path, body, headers = {}) => it.send(path, withBody('PUT', body, headers)),
    delete: (path, headers = {}) => it.send(path, { method: 'DELETE', headers }),
    mutate: (name, input) => it.post(`/trpc/${name}`, input),
    query: (name, input = {}) => it.get(`/trpc/${name}?input=${encodeURIComponent(JSON.stringify(input))}`),
  };
  return it;
}

function withBody(method: string, body: unknown, headers: Record<string, string>): RequestInit {
  if (body === undefined) return { method, headers };
  if (body instanceof FormData) return { method, headers, body };
  return {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}
