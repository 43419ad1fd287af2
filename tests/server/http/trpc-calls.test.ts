import { expect, test } from 'vitest';
import { type Answer, type TestClient, testApp } from '../../support/app.ts';

/** Has tRPC's own handler answer: only that one reads the parameters of a connection. */
const OWN = 'connectionParams=null';
const ID = { 'x-request-id': 'the-same-for-both', 'accept-language': 'en' };
const JSON_TYPE = 'application/json';

interface Request {
  path: string;
  method?: 'GET' | 'POST';
  body?: string;
  type?: string;
}

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`;
const URL = { url: 'https://example.com/a' };
const REQUESTS: Record<string, Request> = {
  'a query': { path: 'health.get?input=%7B%7D' },
  'a query without an input': { path: 'health.live' },
  'a query that needs an input': { path: 'scan.cached' },
  'a query that needs a user': { path: 'me.get?input=%7B%7D' },
  'a query of what is not there': { path: `scan.cached?${input({ url_hash: '0'.repeat(64) })}` },
  'a query of a wrong input': { path: `scan.cached?${input({ url_hash: 12 })}` },
  'a query with a plus and a space': { path: 'history.list?input=%7B%22q%22:%22a+b%20c%22%7D' },
  'a mutation': { path: 'scan.analyze', method: 'POST', body: JSON.stringify(URL) },
  'a mutation without a body': { path: 'scan.analyze', method: 'POST' },
  'a mutation of null': { path: 'scan.analyze', method: 'POST', body: 'null' },
  'a mutation of a list': { path: 'scan.analyze', method: 'POST', body: '[]' },
  'a mutation of a wrong input': { path: 'scan.analyze', method: 'POST', body: '{"url":7}' },
  'a mutation of no URL': { path: 'scan.analyze', method: 'POST', body: '{"url":"no url"}' },
  'a type in capitals': {
    path: 'scan.analyze',
    method: 'POST',
    body: JSON.stringify(URL),
    type: 'Application/JSON; charset=utf-8',
  },
  'another type': { path: 'scan.analyze', method: 'POST', body: '{}', type: 'text/plain' },
  'a query by POST': { path: 'health.get', method: 'POST', body: '{}' },
  'a mutation by GET': { path: 'scan.analyze?input=%7B%7D' },
  'an unknown name': { path: 'no.such' },
  'a name of every object': { path: 'constructor' },
  'a batch of one': { path: 'scan.analyze?batch=1', method: 'POST', body: JSON.stringify({ 0: URL }) },
  'a batch in which one fails': {
    path: 'scan.analyze,scan.analyze?batch=1',
    method: 'POST',
    body: JSON.stringify({ 0: URL, 1: { url: 7 } }),
  },
  'a batch in which all fail': {
    path: 'scan.analyze,scan.analyze?batch=1',
    method: 'POST',
    body: JSON.stringify({ 0: {} }),
  },
  'a batch of queries': { path: `health.get,scan.cached?batch=1&${input({ 0: {}, 1: {} })}` },
  'a batch of no object': { path: 'scan.analyze,scan.analyze?batch=1', method: 'POST', body: '[{},{}]' },
  'a batch with an unknown name': { path: 'health.get,no.such?batch=1&input=%7B%7D' },
  'a batch of a query and a mutation': { path: 'health.get,scan.analyze?batch=1&input=%7B%7D' },
  'two names and no batch': { path: 'health.get,health.live' },
};

/** Counts and ends of limits go on from one answer to the next. */
const VARYING = new Set(['ratelimit-remaining', 'ratelimit-reset', 'set-cookie']);

async function asked(
  it: TestClient,
  { path, method = 'GET', body, type = JSON_TYPE }: Request,
  own: boolean,
) {
  const address = `/trpc/${path}${own ? `${path.includes('?') ? '&' : '?'}${OWN}` : ''}`;
  const headers = { ...ID, ...(method === 'POST' ? { 'content-type': type } : {}) };
  const answer = await it.send(address, { method, headers, ...(body === undefined ? {} : { body }) });
  const said = [...answer.headers].filter(([name]) => !VARYING.has(name)).sort();
  // The two are asked one after the other, in two different seconds at times.
  const text = JSON.stringify(answer.body).replace(/"analyzed_at":"[^"]+"/g, '"analyzed_at":""');
  const answered: Answer['body'] = JSON.parse(text);
  return { status: answer.status, body: answered, said };
}

test.each(Object.keys(REQUESTS))('%s is answered as tRPC itself answers it', async (name) => {
  const it = testApp().client();
  // Once before, so that both find the guest known and the verdict cached.
  await it.mutate('scan.analyze', URL);
  const own = await asked(it, REQUESTS[name] as Request, true);
  expect(await asked(it, REQUESTS[name] as Request, false)).toEqual(own);
  expect(own.body).toBeTruthy();
});

test('calls of one batch are counted each, and the longest wait is told', async () => {
  const it = testApp({ rate_limits: true }).client();
  const names = Array.from({ length: 12 }, () => 'auth.login').join(',');
  const credentials = { email: 'nobody@example.com', password: 'not the password' };
  const body = JSON.stringify(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [i, credentials])));
  const request = { path: `${names}?batch=1`, method: 'POST', body } as const;
  const { status, body: answers, said } = await asked(it, request, false);
  expect(status).toBe(207);
  const refused = answers.filter(
    (it: { error: { data: { httpStatus: number } } }) => it.error.data.httpStatus === 429,
  );
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(12);
  expect(Number(new Map(said).get('retry-after'))).toBeGreaterThan(0);
});

test('a body that is no JSON, or too long, is told so', async () => {
  const it = testApp().client();
  const broken = await asked(it, { path: 'scan.analyze', method: 'POST', body: '{"url":' }, false);
  expect([broken.status, broken.body.error.data.code]).toEqual([400, 'INVALID_INPUT']);
  expect(broken.body.error.data.issues).toEqual([{ path: '', message: 'The body is not valid JSON' }]);
  const query = await asked(it, { path: 'scan.cached?input=%7B' }, false);
  expect(query.body.error.data.issues).toEqual([{ path: 'input', message: 'It is not valid JSON' }]);
  const long = await asked(
    it,
    { path: 'scan.analyze', method: 'POST', body: JSON.stringify({ url: 'x'.repeat(1_100_000) }) },
    false,
  );
  expect([long.status, long.body.error.data.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
});
