import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';

const ENGLISH = { 'accept-language': 'en' };
const FRAUD = '[CJ대한통운] 주소 불일치로 배송이 보류되었습니다. 오늘까지 확인: http://cj-logis.top/a';

test('a message is judged by whom it names, its links and what it asks for', async () => {
  const { status, body } = await testApp().client().post('/scan/message', { text: FRAUD }, ENGLISH);
  expect(status).toBe(200);
  expect(body.status).toBe('success');
  const { verdict, kind, reasons, links, claims, advice } = body.data;
  expect({ verdict, kind }).toEqual({ verdict: 'dangerous', kind: 'delivery' });
  const [reason] = reasons;
  expect(reason.code).toBe('claim_against_link');
  expect(FRAUD.slice(reason.start, reason.end)).toBe(reason.part);
  expect(links).toMatchObject([{ url: 'http://cj-logis.top/a', details: { domain: 'cj-logis.top' } }]);
  expect(claims[0].official_domains).toContain('cjlogistics.com');
  expect(advice).toMatchObject({ topic_id: 'delivery-scam' });
  expect(advice.steps.length).toBeGreaterThan(2);
});

test('an ordinary message is safe, and nothing more is said of it', async () => {
  const text = '엄마 나 오늘 늦어. 저녁 먼저 먹어';
  const { data } = (await testApp().client().post('/scan/message', { text }, ENGLISH)).body;
  expect(data).toMatchObject({
    verdict: 'safe',
    kind: 'none',
    links: [],
    reasons: [{ code: 'nothing_found' }],
  });
  expect(data.advice).toBeUndefined();
});

test('a dangerous link makes the message dangerous, whatever stands around it', async () => {
  const text = '안녕하세요\u2028https://www.naver.com/\nhttp://evil.example/a 참고하세요';
  const { data } = (await testApp().client().post('/scan/message', { text }, ENGLISH)).body;
  expect(data).toMatchObject({
    verdict: 'dangerous',
    links: [{ verdict: 'safe' }, { verdict: 'dangerous' }],
  });
  expect(data.reasons.map(({ code }: { code: string }) => code)).toContain('dangerous_link');
});

test('the history holds the message without personal data, and the feed tells of dangerous ones', async () => {
  const alice = await testApp().user('alice');
  const text = `${FRAUD} 문의 010-1234-5678 kim@example.com`;
  await alice.post('/scan/message', { text });
  const { history } = (await alice.get('/history?kind=message')).body.data;
  expect(history).toMatchObject([{ kind: 'message', verdict: 'dangerous', analysis_result: 'dangerous' }]);
  expect(history[0].url).toContain('CJ대한통운');
  expect(history[0].url).not.toMatch(/1234|kim@/);
  const { items } = (await alice.get('/mobile/feed')).body;
  expect(items).toContainEqual(
    expect.objectContaining({
      type: 'scan.dangerous',
      payload: expect.objectContaining({ kind: 'message', verdict: 'dangerous' }),
    }),
  );
});

test('a message of 10,001 characters is refused, and a wrong channel too', async () => {
  const guest = testApp().client();
  expect((await guest.post('/scan/message', { text: 'a'.repeat(10_001) })).status).toBe(400);
  expect((await guest.post('/scan/message', { text: 'a', channel: 'fax' })).status).toBe(400);
  expect((await guest.post('/scan/message', { text: '' })).status).toBe(400);
});
