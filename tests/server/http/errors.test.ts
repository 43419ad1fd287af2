import { expect, test } from 'vitest';
import { parseJson } from '../../../server/http/parse-json.ts';
import { testApp } from '../../support/app.ts';

const ENVELOPE = {
  status: 'error',
  message: expect.any(String),
  code: expect.any(String),
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  request_id: expect.any(String),
};

test('a body that is no JSON, null, a list or of wrong types is answered in the envelope', async () => {
  const it = testApp().client();
  for (const body of ['{"url":', 'null', '[]', '"text"', '12', '{"url": 12}', '{}', '']) {
    const answer = await it.post('/scan/analyze', body);
    expect(answer.status, body).toBe(400);
    expect(answer.body, body).toMatchObject({ ...ENVELOPE, code: 'INVALID_INPUT' });
    expect(answer.body.issues.length, body).toBeGreaterThan(0);
  }
  const wrong = await it.post('/scan/analyze', { url: 12, use_cache: 'yes' }, { 'accept-language': 'en' });
  expect(wrong.body.message).toBe('The input is not valid');
  expect(wrong.body.issues.map(({ path }: { path: string }) => path)).toEqual(['url', 'use_cache']);
  expect(wrong.body.issues[0].message).toBe('Enter text');
  const korean = await it.post('/scan/analyze', { url: 12 });
  expect(korean.body.issues[0].message).toMatch(/[가-힣]/);
});

test('fields nobody asked for are ignored', async () => {
  const it = testApp().client();
  const { status } = await it.post('/scan/analyze', {
    url: 'https://example.com',
    device: { os: 'android' },
  });
  expect(status).toBe(200);
});

test('unknown routes and methods get the envelope, with Allow, at the root and under /api/v1', async () => {
  const it = testApp().client();
  for (const prefix of ['', '/api/v1']) {
    for (const path of ['/nothing/here', '/scan', '/trpcs']) {
      const answer = await it.get(prefix + path);
      expect([answer.status, answer.body.code], path).toEqual([404, 'NOT_FOUND']);
      expect(answer.body).toMatchObject(ENVELOPE);
    }
    const answer = await it.get(`${prefix}/scan/analyze`);
    expect([answer.status, answer.body.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
    const history = await it.put(`${prefix}/history/7`, {});
    expect([history.status, history.headers.get('allow')]).toEqual([405, 'DELETE, OPTIONS']);
  }
});

test('HEAD answers as GET without a body, OPTIONS tells the methods', async () => {
  const it = testApp().client();
  const head = await it.send('/health', { method: 'HEAD' });
  expect([head.status, head.body]).toEqual([200, '']);
  const options = await it.send('/settings', { method: 'OPTIONS' });
  expect(options.status).toBe(204);
  expect(options.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'PUT']);
});

test('a body of 3 MB is 413, announced or not, over REST and over tRPC', async () => {
  const it = testApp().client();
  const big = JSON.stringify({ url: `https://example.com/${'a'.repeat(3_000_000)}` });
  const stream = () => new Blob([big]).stream();
  for (const path of ['/scan/analyze', '/api/v1/scan/analyze']) {
    const announced = await it.post(path, big, { 'content-length': String(big.length) });
    expect(announced.body).toMatchObject({ ...ENVELOPE, code: 'PAYLOAD_TOO_LARGE' });
    expect(announced.status).toBe(413);
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: stream(),
      duplex: 'half',
    };
    expect((await it.send(path, init as RequestInit)).status).toBe(413);
  }
  const native = await it.post('/trpc/scan.analyze', big, { 'content-length': String(big.length) });
  expect(native.status).toBe(413);
});

test('a media type that is not JSON is 415', async () => {
  const it = testApp().client();
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const { status, body } = await it.post('/scan/analyze', '{"url":"https://example.com"}', {
      'content-type': type,
    });
    expect([status, body.code], type).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  }
  const qr = await it.post('/scan/qr', { file: 'x' });
  expect([qr.status, qr.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
});

test('what goes wrong inside is told to the log and not to the client', async () => {
  const { client, deps, logged } = testApp();
  const it = client();
  await it.get('/auth/status');
  deps.db.$client.exec('DROP TABLE scan_history');
  const { status, body } = await it.get('/history');
  expect([status, body.code]).toEqual([500, 'DB_ERROR']);
  expect(JSON.stringify(body)).not.toMatch(/scan_history|SELECT|\.ts/);
  const line = logged.find(({ message }) => message === 'a request failed') as {
    err: Error;
    request_id: string;
  };
  expect(line.request_id).toBe(body.request_id);
  expect(String(line.err.message) + String(line.err.cause)).toContain('scan_history');
});

test('an unexpected error is INTERNAL_ERROR, also when even the caller cannot be found out', async () => {
  const { client, deps } = testApp({ alone: true });
  const it = client();
  await it.get('/auth/status');
  deps.db.$client.close();
  const { status, body } = await it.get('/history', { 'accept-language': 'en' });
  expect(status).toBe(500);
  expect(body).toMatchObject({ ...ENVELOPE, message: expect.stringMatching(/^[A-Z]/) });
});

test('tRPC clients get plain data and the same codes', async () => {
  const it = testApp().client();
  const ok = await it.mutate('scan.analyze', { url: 'https://example.com' });
  expect(ok.body.result.data).toMatchObject({ url: 'https://example.com', analysis_result: 'safe' });
  const bad = await it.mutate('scan.analyze', { url: 'tel:112' });
  expect(bad.status).toBe(400);
  expect(bad.body.error.data).toMatchObject({ code: 'INVALID_URL', httpStatus: 400, issues: null });
  const wrong = await it.mutate('scan.analyze', { url: 1 });
  expect(wrong.body.error.data).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'url' }] });
  expect((await it.query('me.get')).body.error.data.code).toBe('AUTH_REQUIRED');
  expect((await it.query('no.such')).body.error.data.code).toBe('NOT_FOUND');
  expect(JSON.stringify(bad.body)).not.toContain('stack');
});

test('REST reads text of paths and queries without changing what tRPC takes', async () => {
  const it = testApp().client();
  expect((await it.get('/history?limit=5&offset=0')).status).toBe(200);
  for (const bad of [
    'limit=0',
    'limit=101',
    'limit=',
    'limit=5.5',
    'limit=ten',
    'limit=0x10',
    'sort=up',
    'filter=',
  ]) {
    const { status, body } = await it.get(`/history?${bad}`);
    expect([status, body.code], bad).toEqual([400, 'INVALID_INPUT']);
    expect(body.issues[0].path).toBe(bad.split('=')[0]);
  }
  expect((await it.query('history.list', { limit: '5' })).status).toBe(400);
  expect((await it.mutate('scan.analyze', { url: 'https://example.com', use_cache: 'false' })).status).toBe(
    400,
  );
  expect((await it.query('history.list', { limit: 5 })).status).toBe(200);
});

test('a request id is kept when it is sane, made when it is not, and always returned', async () => {
  const it = testApp().client();
  const kept = await it.get('/nothing', { 'x-request-id': 'abc-123' });
  expect([kept.headers.get('x-request-id'), kept.body.request_id]).toEqual(['abc-123', 'abc-123']);
  for (const odd of ['a b', 'x'.repeat(200), '<script>']) {
    const made = await it.get('/health', { 'x-request-id': odd });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test('what never comes to a procedure is told to tRPC clients in their form and language', async () => {
  const it = testApp().client();
  const english = { 'accept-language': 'en' };
  for (const [path, init, status, code] of [
    ['/trpc/%ff', {}, 404, 'NOT_FOUND'],
    ['/trpc/scan.analyze,%E0%A4%A?batch=1', {}, 404, 'NOT_FOUND'],
    ['/trpc/scan.analyze', { method: 'POST', body: 'x', type: 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['/trpc/health.get?connectionParams=%7B', {}, 400, 'INVALID_INPUT'],
    ['/trpc/scan.analyze', { method: 'POST', body: '{}', length: '99999999' }, 413, 'PAYLOAD_TOO_LARGE'],
  ] as const) {
    const { type, length, ...rest } = { type: 'application/json', length: undefined, ...init };
    const headers = { ...english, 'content-type': type, ...(length ? { 'content-length': length } : {}) };
    const answer = await it.send(path, { ...rest, headers });
    expect(answer.status, path).toBe(status);
    const { message, data } = answer.body.error;
    expect(data, path).toMatchObject({ code, httpStatus: status });
    expect(message, path).toMatch(/^[A-Z][^{]*$/);
    expect([data.request_id, data.request_id], path).toEqual([
      expect.any(String),
      answer.headers.get('x-request-id'),
    ]);
  }
  expect((await it.query('health.get')).headers.get('x-request-id')).toEqual(expect.any(String));
});

test('a cookie that cannot be decoded stands in nobody’s way', async () => {
  const it = testApp().client();
  await it.get('/auth/status');
  const me = (await it.get('/auth/status')).body.data.guest_id;
  const cookie = `other=%E0%A4%A; ${it.cookie}`;
  expect((await it.get('/auth/status', { cookie })).body.data.guest_id).toBe(me);
  expect((await it.get('/auth/status', { cookie: 'flask_auth_session=%E0%A4%A' })).status).toBe(200);
});

test('an input nested deeper than can be written is refused, and nothing of it is kept', async () => {
  const app = testApp();
  const it = await app.user('alice');
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const news = `{"event_type":"a.b","payload":{"a":${deep}}}`;
  for (const path of ['/events/broadcast', '/trpc/events.broadcast']) {
    const { status, body } = await it.post(path, news);
    expect([status, body.code ?? body.error.data.code], path).toEqual([400, 'INVALID_INPUT']);
  }
  expect((await it.put('/settings', `{"preferences":{"a":${deep}}}`)).status).toBe(400);
  const query = await it.get(`/trpc/history.list?input=${encodeURIComponent('['.repeat(5000))}`);
  expect([query.status, query.body.error.data.issues[0].path]).toEqual([400, '']);
  expect(app.logged.filter((line) => 'err' in line)).toEqual([]);
});

test('brackets in strings are no nesting, and neither are many beside each other', () => {
  const strings = JSON.stringify({ a: '['.repeat(5000), 'b\\': '"['.repeat(3000), c: Array(500).fill([{}]) });
  expect(parseJson(strings)).toEqual(JSON.parse(strings));
  const nested = (levels: number) => `${'[{"a\\"":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;
  expect(parseJson(nested(1000))).toBeInstanceOf(Array);
  expect(() => parseJson(nested(1002))).toThrow('not valid');
});

test('a batch holds a hundred calls', async () => {
  const it = testApp().client();
  const batch = (calls: number) =>
    it.get(
      `/trpc/${Array(calls).fill('health.live').join(',')}?batch=1&input=${encodeURIComponent(JSON.stringify(Object.fromEntries(Array.from({ length: calls }, (_, n) => [n, {}]))))}`,
    );
  expect((await batch(100)).status).toBe(200);
  const { status, body } = await batch(101);
  expect([status, body.error.data.code]).toEqual([400, 'INVALID_INPUT']);
});
