import type { ServerResponse } from 'node:http';
import QRCode from 'qrcode';
import { expect, test } from 'vitest';
import { redirect_targets } from '../../../db/index.ts';
import { isPublicAddress } from '../../../routers/safety/scan/public-address.ts';
import { testApp } from '../../support/app.ts';
import {
  answerByTable,
  PUBLIC_ADDRESS,
  type RedirectorNetwork,
  redirectorNetwork,
} from '../../support/redirector-server.ts';

/** The answer of `/scan/analyze` about a URL. */
async function analyze(network: RedirectorNetwork, url: string) {
  const { status, body } = await testApp({ network }).client().post('/scan/analyze', { url });
  expect(status).toBe(200);
  return body.data;
}

async function failureOf(
  url: string,
  answer: (name: string, response: ServerResponse, method: string) => void,
  lookup?: (host: string) => string[] | Promise<string[]>,
) {
  const network = await redirectorNetwork(answer, lookup);
  const { verdict, details } = await analyze(network, url);
  expect(verdict).toBe('caution');
  expect(details.reasons[0].code).toBe('hides_destination');
  expect(details.redirector.target).toBeUndefined();
  return { failure: details.redirector.failure, ...network };
}

test('a redirector is asked where it leads, and the worse verdict of the two counts', async () => {
  const network = await redirectorNetwork(
    answerByTable({ 'bit.ly/bad': 'https://evil.example/login', 'bit.ly/good': 'https://cafe.example/' }),
  );
  const bad = await analyze(network, 'http://bit.ly/bad');
  expect(bad).toMatchObject({
    verdict: 'dangerous',
    details: { redirector: { host: 'bit.ly', target: 'https://evil.example/login' } },
  });
  expect(bad.details.reasons[0]).toMatchObject({ code: 'leads_to', part: 'evil.example' });
  const good = await analyze(network, 'http://bit.ly/good');
  expect(good).toMatchObject({
    verdict: 'safe',
    details: { redirector: { target: 'https://cafe.example/' } },
  });
  expect(network.requests).toEqual(['HEAD bit.ly/bad', 'HEAD bit.ly/good']);
  expect(network.connections).toEqual([`${PUBLIC_ADDRESS}:80`, `${PUBLIC_ADDRESS}:80`]);
});

test('payloads, messages, pictures and batches have their redirectors asked too', async () => {
  const network = await redirectorNetwork(answerByTable({ 'me2.kr/abc': 'https://evil.example/' }));
  const client = testApp({ network }).client();
  const payload = await client.post('/scan/payload', { text: 'URL:http://me2.kr/abc' });
  expect(payload.body.data).toMatchObject({ verdict: 'dangerous' });
  const message = await client.post('/scan/message', { text: '내일 모임 장소 http://me2.kr/abc' });
  expect(message.body.data).toMatchObject({ verdict: 'dangerous' });
  const form = new FormData();
  form.set(
    'file',
    new File([new Uint8Array(await QRCode.toBuffer('http://me2.kr/abc'))], 'code.png', { type: 'image/png' }),
  );
  const picture = await client.post('/scan/qr', form);
  expect(picture.body.data.codes[0].analysis.details.redirector.target).toBe('https://evil.example/');
  const batch = await client.post('/scan/batch', { urls: ['http://me2.kr/abc'] });
  expect(batch.body.data.results[0].verdict).toBe('dangerous');
  expect(network.requests).toEqual(['HEAD me2.kr/abc']);
});

test('a message whose short link leads to the institution that it names is no claim against a link', async () => {
  const text = '[CJ대한통운] 고객님의 택배가 오늘 배송됩니다. http://me2.kr/abc';
  const network = await redirectorNetwork(answerByTable({ 'me2.kr/abc': 'https://www.cjlogistics.com/ko' }));
  const codes = async (client: ReturnType<ReturnType<typeof testApp>['client']>) =>
    (await client.post('/scan/message', { text })).body.data.reasons.map(
      ({ code }: { code: string }) => code,
    );
  expect(await codes(testApp().client())).toContain('claim_against_open_link');
  expect(await codes(testApp({ network }).client())).toContain('official_link');
});

test('without the setting nothing is asked', async () => {
  const { body } = await testApp().client().post('/scan/analyze', { url: 'https://bit.ly/bad' });
  expect(body.data.details.redirector).toEqual({ host: 'bit.ly', operator: expect.any(String) });
});

test('the target is never asked, nor a host outside of the list', async () => {
  const network = await redirectorNetwork(answerByTable({ 'bit.ly/a': 'http://other.example/b' }));
  await analyze(network, 'http://bit.ly/a');
  await analyze(network, 'http://unlisted.example/a');
  await analyze(network, 'http://notbit.ly/a');
  await analyze(network, 'http://bit.ly.example.com/a');
  expect(network.requests).toEqual(['HEAD bit.ly/a']);
});

test('a hop that is a redirector again is asked, five at most', async () => {
  const hops = ['bit.ly/1', 'tinyurl.com/22', 'me2.kr/3', 'buly.kr/4', 'c11.kr/5', 'qrco.de/6'];
  const chain = Object.fromEntries(hops.map((hop, i) => [hop, `http://${hops[i + 1] ?? 'end.example/'}`]));
  const five = await redirectorNetwork(answerByTable({ ...chain, 'c11.kr/5': 'https://evil.example/' }));
  expect((await analyze(five, 'http://bit.ly/1')).details.redirector.target).toBe('https://evil.example/');
  const { failure, requests } = await failureOf('http://bit.ly/1', answerByTable(chain));
  expect(failure).toBe('too_many_hops');
  expect(requests).toHaveLength(5);
});

test('a redirector that leads back is no endless round', async () => {
  const table = answerByTable({ 'bit.ly/1': 'http://tinyurl.com/2', 'tinyurl.com/2': 'http://bit.ly/1' });
  const { failure, requests } = await failureOf('http://bit.ly/1', table);
  expect(failure).toBe('too_many_hops');
  expect(requests).toHaveLength(2);
});

test('a redirector that refuses HEAD is asked with GET, and its body is not read', async () => {
  const network = await redirectorNetwork((_, response, method) => {
    if (method === 'HEAD') return response.writeHead(405).end();
    response.writeHead(301, { location: 'https://evil.example/' });
    const pour = () => response.write('x'.repeat(65_536), () => !response.destroyed && setImmediate(pour));
    pour();
  });
  expect((await analyze(network, 'http://bit.ly/a')).verdict).toBe('dangerous');
  expect(network.requests).toEqual(['HEAD bit.ly/a', 'GET bit.ly/a']);
});

test('no cookie goes from one hop to the next, and no user name', async () => {
  const network = await redirectorNetwork(
    answerByTable({ 'bit.ly/a': '/b', 'bit.ly/b': 'http://cafe.example/' }),
  );
  await analyze(network, 'http://bit.ly/a');
  expect(network.requests).toEqual(['HEAD bit.ly/a', 'HEAD bit.ly/b']);
  for (const headers of network.headers) {
    expect(Object.keys(headers).sort()).toEqual(['accept', 'connection', 'host', 'user-agent']);
  }
});

const PRIVATE_ADDRESSES = [
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.8.8.8', '169.254.169.254'],
  ...['172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1'],
  ...['198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.250', '240.0.0.1'],
  ...['255.255.255.255', '::', '::1', '::ffff:10.0.0.1', '::ffff:93.184.215.14', '::7f00:1'],
  ...['64:ff9b::a00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:2::1', '2001:10::1', '2001:20::1'],
  ...['2001:db8::1', '2002:a00:1::1', '3fff::1', '5f00::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fec0::1'],
  ...[
    'fe80::1%eth0',
    '2606:2800:21f:cb07::1%eth0',
    'ff02::1',
    'ff0e::1',
    'not an address',
    '0x7f.1',
    '2130706433',
  ],
];

test.each(PRIVATE_ADDRESSES)('a redirector at %s gets no request', async (address) => {
  const lookup = () => [PUBLIC_ADDRESS, address];
  const { failure, connections } = await failureOf('http://bit.ly/a', answerByTable({}), lookup);
  expect(failure).toBe('address_refused');
  expect(connections).toEqual([]);
});

test('addresses beside the special ones are public', () => {
  const addresses = [
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
  ];
  const others = [
    '192.0.1.1',
    '192.169.0.1',
    '198.17.0.1',
    '223.255.255.255',
    '2606:2800:21f:cb07::1',
    '2a00::1',
  ];
  expect([...addresses, ...others].filter((address) => !isPublicAddress(address))).toEqual([]);
});

test('a name that changes its address after the check is not looked up again', async () => {
  const answers = [[PUBLIC_ADDRESS], ['127.0.0.1'], ['10.0.0.1']];
  const network = await redirectorNetwork(
    (_, response, method) =>
      method === 'HEAD'
        ? response.writeHead(403).end()
        : response.writeHead(302, { location: '/next' }).end(),
    () => answers.shift() ?? ['10.0.0.1'],
  );
  const { details } = await analyze(network, 'http://bit.ly/a');
  // The next hop is a new look-up, whose answer is refused.
  expect(details.redirector.failure).toBe('address_refused');
  expect(network.connections).toEqual([`${PUBLIC_ADDRESS}:80`, `${PUBLIC_ADDRESS}:80`]);
});

test('a redirect to a private address is told and judged, and gets no request', async () => {
  for (const target of [
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'http://localhost:6379/',
  ]) {
    const network = await redirectorNetwork(answerByTable({ 'bit.ly/a': target }));
    const { details } = await analyze(network, 'http://bit.ly/a');
    expect(details.redirector.target).toBe(target);
    expect(network.requests).toEqual(['HEAD bit.ly/a']);
  }
});

test('a redirector on another port or with a user name is no hop: it gets no request', async () => {
  for (const location of ['http://bit.ly:8080/b', 'http://user:secret@bit.ly/b']) {
    const network = await redirectorNetwork(answerByTable({ 'bit.ly/a': location }));
    const { verdict, details } = await analyze(network, 'http://bit.ly/a');
    expect(details.redirector.target).toContain('bit.ly');
    expect(verdict).toBe('caution');
    expect(network.requests).toEqual(['HEAD bit.ly/a']);
  }
  const first = await redirectorNetwork(answerByTable({}));
  await analyze(first, 'http://bit.ly:8080/a');
  await analyze(first, 'http://user@bit.ly/a');
  expect(first.connections).toEqual([]);
});

test.each(['javascript:alert(1)', 'file:///etc/passwd', 'intent://x#Intent;end', 'http://', '//[::', ''])(
  'the Location %s is no target',
  async (location) => {
    const { failure } = await failureOf('http://bit.ly/a', answerByTable({ 'bit.ly/a': location }));
    // An empty one is the same page again.
    expect(failure).toBe(location === '' ? 'too_many_hops' : 'bad_target');
  },
);

test.each([
  ['never answers', () => {}],
  [
    'never ends its headers',
    (_: string, response: ServerResponse) => {
      response.socket?.write('HTTP/1.1 302 Found\r\n');
      const more = setInterval(() => response.socket?.write('x: y\r\n'), 100);
      response.socket?.on('close', () => clearInterval(more));
    },
  ],
])('a redirector that %s is given up after three seconds', async (_, answer) => {
  const started = performance.now();
  expect((await failureOf('http://bit.ly/a', answer)).failure).toBe('timeout');
  expect(performance.now() - started).toBeLessThan(6000);
});

test('a name that is not found, a closed connection and a page are told', async () => {
  const close = (_: string, response: ServerResponse) => void response.socket?.destroy();
  expect((await failureOf('http://bit.ly/a', close)).failure).toBe('unreachable');
  const nowhere = () => Promise.reject(new Error('ENOTFOUND'));
  expect((await failureOf('http://bit.ly/a', answerByTable({}), nowhere)).failure).toBe('unreachable');
  expect((await failureOf('http://bit.ly/a', answerByTable({}), () => [])).failure).toBe('address_refused');
  expect((await failureOf('http://bit.ly/a', answerByTable({}))).failure).toBe('no_redirect');
});

test('a redirector over HTTPS must prove its name', async () => {
  const { failure, connections } = await failureOf('https://bit.ly/a', answerByTable({}));
  expect(failure).toBe('unreachable');
  expect(connections[0]).toBe(`${PUBLIC_ADDRESS}:443`);
});

test('an answer is kept for a day, a failure for minutes', async () => {
  const targets: Record<string, string> = { 'bit.ly/a': 'https://evil.example/' };
  const network = await redirectorNetwork(answerByTable(targets));
  const { client, clock, deps } = testApp({ network });
  const guest = client();
  const scan = async (url: string) => (await guest.post('/scan/analyze', { url })).body.data;
  for (let i = 0; i < 3; i++) expect((await scan('http://bit.ly/a')).verdict).toBe('dangerous');
  expect(network.requests).toHaveLength(1);
  clock.advance('25h');
  await scan('http://bit.ly/a');
  expect(network.requests).toHaveLength(2);
  expect((await scan('http://bit.ly/b')).details.redirector.failure).toBe('no_redirect');
  targets['bit.ly/b'] = 'https://cafe.example/';
  expect((await scan('http://bit.ly/b')).details.redirector.failure).toBe('no_redirect');
  clock.advance('11m');
  expect((await scan('http://bit.ly/b')).details.redirector.target).toBe('https://cafe.example/');
  expect(deps.db.select().from(redirect_targets).all()).toHaveLength(2);
});

test('one call asks at most ten redirectors', async () => {
  const network = await redirectorNetwork(
    () => {},
    () => [PUBLIC_ADDRESS, '10.0.0.1'],
  );
  const urls = Array.from({ length: 20 }, (_, i) => `http://bit.ly/a${i}`);
  const { body } = await testApp({ network }).client().post('/scan/batch', { urls });
  const failures = body.data.results.map(
    (result: { details: { redirector: { failure: string } } }) => result.details.redirector.failure,
  );
  expect(failures.filter((failure: string) => failure === 'address_refused')).toHaveLength(10);
  expect(failures.filter((failure: string) => failure === 'too_many_links')).toHaveLength(10);
});
