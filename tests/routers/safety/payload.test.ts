import { expect, test } from 'vitest';
import { scan_history } from '../../../db/index.ts';
import { testApp } from '../../support/app.ts';

const toScan = async (text: string, language = 'en') =>
  (await testApp().client().post('/scan/payload', { text }, { 'accept-language': language })).body.data;

test('a code with a network says what it is, and never its password', async () => {
  const { client, deps } = testApp();
  const guest = client();
  const { status, body } = await guest.post(
    '/scan/payload',
    { text: 'WIFI:T:WEP;S:Cafe;P:s3cret-pass;;' },
    { 'accept-language': 'en' },
  );
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'success',
    data: {
      kind: 'wifi',
      fields: { ssid: 'Cafe', security: 'WEP', hidden: false },
      verdict: 'caution',
      risk_score: 0.35,
      reasons: [{ code: 'weak_wifi', text: expect.stringContaining("'Cafe'"), part: 'Cafe' }],
      links: [],
    },
  });
  const { history } = (await guest.get('/history?filter=caution&kind=qr')).body.data;
  expect(history).toMatchObject([{ kind: 'qr', verdict: 'caution', analysis_result: 'safe' }]);
  expect(JSON.stringify(deps.db.select().from(scan_history).all())).not.toContain('s3cret-pass');
});

test('the links of a payload are judged, the worst counts, and its reasons are told', async () => {
  const scan = await toScan('SMSTO:01012345678:인증 http://evil.example/a 확인 https://example.com/b');
  expect(scan).toMatchObject({
    kind: 'sms',
    verdict: 'dangerous',
    fields: { to: '01012345678' },
    links: [
      { verdict: 'dangerous', details: { domain: 'evil.example' } },
      { verdict: 'safe', details: { domain: 'example.com' } },
    ],
  });
  expect(scan.reasons).not.toEqual([]);
});

test('a payload without links can be dangerous, and the feed says so', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const { data } = (await alice.post('/scan/payload', { text: 'javascript:alert(document.cookie)' })).body;
  expect(data).toMatchObject({ kind: 'script', verdict: 'dangerous', reasons: [{ code: 'runs_script' }] });
  const { items } = (await alice.get('/mobile/feed')).body;
  expect(items).toContainEqual(
    expect.objectContaining({
      type: 'scan.dangerous',
      title: '위험한 QR 코드 발견',
      payload: expect.objectContaining({ host: null, kind: 'qr', verdict: 'dangerous' }),
    }),
  );
});

test('of a payload with very many links the first hundred are judged, and it is no more than caution by that', async () => {
  const text = Array.from({ length: 150 }, (_, i) => `https://site${i}.example.com/`).join(' ');
  const scan = await toScan(text);
  expect(scan.links).toHaveLength(100);
  expect(scan).toMatchObject({ kind: 'text', verdict: 'caution', reasons: [{ code: 'many_links' }] });
});

test('reasons and verdict are those of this spelling, whoever filled the cache', async () => {
  const guest = testApp().client();
  const scan = async (url: string) =>
    (await guest.post('/scan/analyze', { url }, { 'accept-language': 'en' })).body.data;
  const codes = ({ details }: { details: { reasons: { code: string }[] } }) =>
    details.reasons.map(({ code }) => code);
  expect(await scan('http://attacker.example/@google.com')).toMatchObject({ cached: false });
  const tricky = await scan('http://attacker.example\\@google.com');
  expect(tricky.cached).toBe(true);
  expect(codes(tricky)).toContain('backslash');
  await scan('evil.example/x');
  expect(codes(await scan('http://evil.example/x'))).toContain('plain_http');
});
