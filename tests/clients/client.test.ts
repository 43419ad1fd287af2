import { type AddressInfo, createServer } from 'node:net';
import { serve } from '@hono/node-server';
import { initTRPC, tracked } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { toBuffer } from 'qrcode';
import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import {
  type Client,
  createClient,
  type ErrorData,
  isClientError,
  type RouterInputs,
  type RouterOutputs,
} from '../../clients/typescript/client.ts';
import { PASSWORD, type TestOptions, testApp } from '../support/app.ts';
import { colscan, told, visitor } from './colscan.ts';
import { expectColscan } from './expected.ts';

type Fetch = Parameters<typeof serve>[0]['fetch'];

/** Serves on a free port of the loopback interface until the test ends. */
function listen(fetch: Fetch): Promise<string> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    );
    onTestFinished(async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((done) => server.close(done));
    });
  });
}

async function served(options: TestOptions = {}) {
  const it = testApp(options);
  it.model.risk = (href) => (href.includes('phishing') ? 0.97 : 0.01);
  return { ...it, url: await listen(it.app.fetch) };
}

test('every example of ColScan but the chatbot’s gets its answer from the typed client', async () => {
  const { url } = await served();
  expectColscan(await colscan(url));
});

test('ten calls made together travel in one request', async () => {
  const { url } = await served();
  const browser = visitor();
  const client = createClient(url, { fetch: browser.fetch });
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => client.scan.analyze.mutate({ url: `https://example.com/${i}` })),
  );
  expect(browser.requests).toBe(1);
  expect(answers.map((answer) => answer.url)).toEqual(answers.map((_, i) => `https://example.com/${i}`));
  expect((await client.history.list.query({})).total).toBe(10);
});

test('one call of a batch may fail without the others', async () => {
  const { url } = await served();
  const client = createClient(url);
  const [good, bad] = await Promise.allSettled([
    client.scan.analyze.mutate({ url: 'https://example.com' }),
    client.scan.analyze.mutate({ url: 'ftp://example.com' }),
  ]);
  expect(good.status).toBe('fulfilled');
  expect(bad).toMatchObject({ status: 'rejected', reason: { data: { code: 'INVALID_URL' } } });
});

test('a token may be a string, or a function that is asked at every request', async () => {
  const { url } = await served();
  const account = { email: 'alice@example.com', password: PASSWORD };
  const first = await createClient(url).auth.register.mutate(account);
  expect((await createClient(url, { token: first.access_token }).me.get.query({})).email).toBe(account.email);

  let token: string | null = null;
  const client = createClient(`${url}/`, { token: async () => token });
  expect(await told(client.me.get.query({}))).toMatchObject({ code: 'AUTH_REQUIRED', httpStatus: 401 });
  token = first.access_token;
  expect((await client.me.get.query({})).username).toBe('alice');
  const second = await client.auth.refresh.mutate({ refresh_token: first.refresh_token });
  token = second.access_token;
  expect((await client.me.get.query({})).username).toBe('alice');
});

test('a login over the batch link sets the cookie, and the guest’s scans become the user’s', async () => {
  const { url } = await served();
  const account = { email: 'alice@example.com', password: PASSWORD };
  await createClient(url).auth.register.mutate(account);
  const browser = visitor();
  const client = createClient(url, { fetch: browser.fetch });
  await client.scan.analyze.mutate({ url: 'https://example.com' });
  const before = browser.cookie();
  await client.auth.login.mutate(account);
  expect(browser.cookie()).not.toBe(before);
  expect(await client.auth.status.query({})).toMatchObject({ is_logged_in: true });
  expect((await client.history.list.query({})).total).toBe(1);
});

test('an error says what is wrong with which field, in the language asked for', async () => {
  const { url } = await served();
  const english = createClient(url, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, 'accept-language': 'en' } }),
  });
  const wrong = { url: 5 } as unknown as RouterInputs['scan']['analyze'];
  const { issues, ...rest } = await told(english.scan.analyze.mutate(wrong));
  expect(rest).toMatchObject({ code: 'INVALID_INPUT', httpStatus: 400, message: 'The input is not valid' });
  expect(issues).toEqual([{ path: 'url', message: 'Enter text' }]);
  expect(rest.request_id).toMatch(/\S/);
  expect(JSON.stringify(rest)).not.toMatch(/stack|\.ts\b/);
});

test('more scans than a minute allows are told when to come again', async () => {
  const { url } = await served({ rate_limits: true });
  const browser = visitor();
  const client = createClient(url, { fetch: browser.fetch });
  await client.auth.status.query({});
  const scan = () => client.scan.analyze.mutate({ url: 'https://example.com' });
  const settled = await Promise.allSettled(Array.from({ length: 61 }, scan));
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(60);
  const { code, retry_after } = await told(scan());
  expect(code).toBe('RATE_LIMIT_EXCEEDED');
  expect(retry_after).toBeGreaterThan(0);
  expect(retry_after).toBeLessThanOrEqual(60);
});

test('a picture goes as FormData in a request of its own', async () => {
  const { url } = await served();
  const browser = visitor();
  const client = createClient(url, { fetch: browser.fetch });
  const form = new FormData();
  const picture = new Uint8Array(await toBuffer('https://phishing.example/login'));
  form.set('file', new File([picture], 'code.png', { type: 'image/png' }));
  const [{ codes }] = await Promise.all([client.scan.qr.mutate(form), client.health.get.query({})]);
  expect(codes).toMatchObject([
    { kind: 'url', text: 'https://phishing.example/login', analysis: { analysis_result: 'dangerous' } },
  ]);
  expect(browser.paths.sort()).toEqual(['/trpc/health.get', '/trpc/scan.qr']);
});

test('a server that is not there is a client error without data', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  const error = await createClient(`http://127.0.0.1:${port}`)
    .health.get.query({})
    .catch((cause) => cause);
  expect(isClientError(error)).toBe(true);
  expect(error.data).toBeUndefined();
});

test('subscriptions carry the token too, and go on where they stopped', async () => {
  const t = initTRPC.context<{ authorization: string | null }>().create();
  const router = t.router({
    count: t.procedure.subscription(async function* ({ ctx }) {
      for (let i = 1; i <= 3; i++) yield tracked(String(i), `${ctx.authorization} ${i}`);
    }),
  });
  const url = await listen((req: Request) =>
    fetchRequestHandler({
      endpoint: '/trpc',
      req,
      router,
      createContext: () => ({ authorization: req.headers.get('authorization') }),
    }),
  );
  const client = createClient(url, { token: 'secret' }) as unknown as {
    count: {
      subscribe(input: undefined, observer: object): { unsubscribe(): void };
    };
  };
  const events: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    const subscription = client.count.subscribe(undefined, {
      onData: (event: unknown) => {
        if (events.push(event) < 3) return;
        subscription.unsubscribe();
        resolve();
      },
      onError: reject,
    });
  });
  expect(events).toEqual([1, 2, 3].map((i) => ({ id: String(i), data: `Bearer secret ${i}` })));
});

test('inputs, outputs and errors have the types of the server', () => {
  expectTypeOf<RouterInputs['scan']['analyze']>().toEqualTypeOf<{
    url: string;
    use_cache?: boolean | undefined;
  }>();
  expectTypeOf<RouterInputs['scan']['qr']>().toEqualTypeOf<FormData>();
  expectTypeOf<RouterOutputs['scan']['analyze']['analysis_result']>().toEqualTypeOf<'safe' | 'dangerous'>();
  expectTypeOf<Client['scan']['analyze']['mutate']>()
    .parameter(0)
    .toEqualTypeOf<RouterInputs['scan']['analyze']>();
  expectTypeOf<ErrorData['issues']>().toEqualTypeOf<{ path: string; message: string }[] | null>();
});
