import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { audit_log, scan_feedback, scan_history, url_analysis_cache } from '../../../db/index.ts';
import { deleteExpired } from '../../../routers/maintenance/expiry.ts';
import { testApp } from '../../support/app.ts';

const toHash = (url: string) => createHash('sha256').update(url).digest('hex');

test('a scan answers as ColScan specifies, and is cached for a day', async () => {
  const { client, clock, model } = testApp();
  const guest = client();
  const { status, body } = await guest.post('/scan/analyze', { url: 'HTTPS://Example.com/a/../b' });
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'success',
    data: {
      url: 'HTTPS://Example.com/a/../b',
      verdict: 'safe',
      analysis_result: 'safe',
      confidence: 0.99,
      details: {
        domain: 'example.com',
        registrable_domain: 'example.com',
        protocol: 'https',
        has_ssl: true,
        model_version: 'scripted_v1',
        normalized_url: 'https://example.com/b',
        url_hash: toHash('https://example.com/b'),
        risk_score: 0.01,
        risk_level: 'low',
        suspicious_patterns: [],
        reasons: [],
      },
      cached: false,
      analyzed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    },
  });
  const again = await guest.post('/scan/analyze', { url: 'https://example.com/b' });
  expect(again.body.data).toMatchObject({ cached: true, url: 'https://example.com/b' });
  expect(model.asked).toEqual([['https://example.com/b']]);
  clock.advance('25h');
  expect((await guest.post('/scan/analyze', { url: 'https://example.com/b' })).body.data.cached).toBe(false);
  expect(model.asked).toHaveLength(2);
});

test('a dangerous URL comes with a warning and reasons, in the caller’s language', async () => {
  const client = testApp().client();
  const korean = (await client.post('/scan/analyze', { url: 'http://evil-site.xyz' })).body.data;
  expect(korean).toMatchObject({
    analysis_result: 'dangerous',
    confidence: 0.97,
    warning_message: '⚠️ 피싱 사이트로 의심됩니다. 접속을 권장하지 않습니다.',
    details: { risk_level: 'high', has_ssl: false, protocol: 'http' },
  });
  expect(korean.details.suspicious_patterns).toContain('HTTP 프로토콜');
  expect(korean.details.reasons.map(({ text }: { text: string }) => text)).toEqual(
    korean.details.suspicious_patterns,
  );
  const english = (
    await client.post('/scan/analyze', { url: 'http://evil-site.xyz' }, { 'accept-language': 'en' })
  ).body.data;
  expect(english.warning_message).toMatch(/phishing/);
  expect(english.details.suspicious_patterns.join()).not.toMatch(/[가-힣]/);
  await client.put('/settings', { language: 'en' });
  const settled = await client.post(
    '/scan/analyze',
    { url: 'http://evil-site.xyz' },
    { 'accept-language': 'ko' },
  );
  expect(settled.body.data.warning_message).toBe(english.warning_message);
});

test('an input that is no URL is INVALID_URL and records nothing', async () => {
  const { client, deps } = testApp();
  const guest = client();
  const bad = [
    '',
    '   ',
    'javascript:alert(1)',
    'data:text/html,x',
    'tel:112',
    'WIFI:S:home;T:WPA;P:x;;',
    'ftp://example.com',
    'http://',
    'hello',
    'http:///path',
  ];
  for (const url of bad) {
    const { status, body } = await guest.post('/scan/analyze', { url });
    expect([status, body.code], url).toEqual([400, 'INVALID_URL']);
  }
  expect(deps.db.select().from(scan_history).all()).toEqual([]);
});

test('text with more than one link is refused, and points to the scan of messages', async () => {
  const guest = testApp().client();
  for (const url of [
    'https://www.naver.com/\nhttp://secure-naver-login.tk/a',
    'https://m.kbcard.com/notice\u2028 http://secure-naver-login.tk/a',
    'https://www.naver.com/\thttp://secure-naver-login.tk/a',
    'naver.com,secure-naver-login.tk',
    '(https://www.naver.com/) (http://secure-naver-login.tk/a)',
    'https://naver.com\n.secure-naver-login.tk/',
  ]) {
    const { status, body } = await guest.post('/scan/analyze', { url }, { 'accept-language': 'en' });
    expect([status, body.code], url).toEqual([400, 'SEVERAL_LINKS']);
    expect(body.message).toContain('/scan/message');
  }
  const { results } = (await guest.post('/scan/batch', { urls: ['https://a.com\nhttps://b.com'] })).body.data;
  expect(results).toMatchObject([{ error_code: 'SEVERAL_LINKS' }]);
});

test('the one link of a text is judged without the words around it', async () => {
  const guest = testApp().client();
  for (const [url, normalized] of [
    ['https://toss.im를 확인하세요', 'https://toss.im/'],
    ['https://toss.im/pay 확인하세요', 'https://toss.im/pay'],
    ['http://secure-naver-login.tk에서', 'http://secure-naver-login.tk/'],
    ['이벤트 당첨! http://secure-naver-login.tk/a', 'http://secure-naver-login.tk/a'],
    ['hxxp://secure-naver-login[.]tk/a', 'http://secure-naver-login.tk/a'],
    ['ht\ttp://secure-naver-login.tk/a', 'http://secure-naver-login.tk/a'],
    ['<a href="http://secure-naver-login.tk/a">', 'http://secure-naver-login.tk/a'],
    ['https://example.com/a,b(c)', 'https://example.com/a,b(c)'],
  ]) {
    const { body } = await guest.post('/scan/analyze', { url });
    expect(body.data?.details.normalized_url, url).toBe(normalized);
  }
});

test('a URL over 2,048 characters is judged by its host and the part that fits, and the reason says so', async () => {
  const url = `http://secure-naver-login.tk/${'a'.repeat(3000)}`;
  const { status, body } = await testApp().client().post('/scan/analyze', { url });
  expect(status).toBe(200);
  expect(body.data.details.reasons.map(({ code }: { code: string }) => code)).toEqual(
    expect.arrayContaining(['too_long', 'brand_in_domain']),
  );
});

test('seventy concurrent scans of one new URL run the model once, and are seventy history entries', async () => {
  const { client, model, deps } = testApp();
  model.delay = 30;
  const guest = client();
  await guest.get('/auth/status');
  const answers = await Promise.all(
    Array.from({ length: 70 }, () => guest.post('/scan/analyze', { url: 'https://example.com/new' })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(model.asked).toEqual([['https://example.com/new']]);
  expect(deps.db.select().from(scan_history).all()).toHaveLength(70);
});

test('a failing model is MODEL_ERROR, records nothing, and runs again at the next scan', async () => {
  const { client, model, deps } = testApp();
  const guest = client();
  model.failing = true;
  const { status, body } = await guest.post('/scan/analyze', { url: 'https://example.com' });
  expect([status, body.code]).toEqual([500, 'MODEL_ERROR']);
  expect(JSON.stringify(body)).not.toContain('out of order');
  expect((await guest.post('/scan/batch', { urls: ['https://example.com'] })).body.code).toBe('MODEL_ERROR');
  expect(deps.db.select().from(scan_history).all()).toEqual([]);
  expect(deps.db.select().from(url_analysis_cache).all()).toEqual([]);
  expect((await guest.get('/health')).body).toMatchObject({
    status: 'degraded',
    checks: { url_model: 'failing' },
  });
  model.failing = false;
  expect((await guest.post('/scan/analyze', { url: 'https://example.com' })).status).toBe(200);
});

test('use_cache: false runs the model again and renews the cache', async () => {
  const { client, clock, model } = testApp();
  const guest = client();
  await guest.post('/scan/analyze', { url: 'https://example.com' });
  clock.advance('1h');
  model.risk = () => 0.9;
  const fresh = await guest.post('/scan/analyze', { url: 'https://example.com', use_cache: false });
  expect(fresh.body.data).toMatchObject({ cached: false, analysis_result: 'dangerous' });
  const cached = await guest.post('/scan/analyze', { url: 'https://example.com' });
  expect(cached.body.data).toMatchObject({ cached: true, analysis_result: 'dangerous' });
  clock.advance('23h');
  expect((await guest.post('/scan/analyze', { url: 'https://example.com' })).body.data.cached).toBe(true);
});

test('anyone reads the cached verdict of a hash until it expires', async () => {
  const { client, clock } = testApp();
  await client().post('/scan/analyze', { url: 'https://example.com' });
  const path = `/scan/cache/${toHash('https://example.com/')}`;
  const { body } = await client().get(path);
  expect(body.data).toMatchObject({ url: 'https://example.com/', analysis_result: 'safe', confidence: 0.99 });
  expect(Date.parse(body.data.expires_at) - Date.parse(body.data.cached_at)).toBe(86_400_000);
  expect((await client().get(path)).headers.get('set-cookie')).toBeNull();
  expect((await client().get(`/scan/cache/${'0'.repeat(64)}`)).body.code).toBe('NOT_FOUND');
  expect((await client().get('/scan/cache/not-a-hash')).body.code).toBe('INVALID_INPUT');
  clock.advance('25h');
  expect((await client().get(path)).status).toBe(404);
});

test('expired verdicts are deleted, all of them and no others', async () => {
  const { client, clock, deps } = testApp();
  const hosts = Array.from({ length: 100 }, (_, i) => `https://old-${i}.example.com/`);
  expect((await client().post('/scan/batch', { urls: hosts })).body.data.failed).toBe(0);
  clock.advance('2h');
  const { details } = (await client().post('/scan/analyze', { url: 'https://new.example.com/' })).body.data;
  clock.advance('22h');
  clock.advance('1m');
  expect((await deleteExpired(deps)).url_analysis_cache).toBe(100);
  expect(deps.db.select().from(url_analysis_cache).all()).toMatchObject([{ url_hash: details.url_hash }]);
});

test('a batch is one run of the model, and an invalid URL fails alone', async () => {
  const { client, model } = testApp();
  const guest = client();
  await guest.post('/scan/analyze', { url: 'https://example.com/known' });
  const urls = [
    'https://example.com/known',
    'tel:112',
    'http://evil.example',
    'https://a.example',
    'https://a.example',
  ];
  const { body } = await guest.post('/scan/batch', { urls });
  expect(body.data).toMatchObject({ dangerous: 1, safe: 3, failed: 1 });
  expect(body.data.results.map(({ url }: { url: string }) => url)).toEqual(urls);
  expect(body.data.results[0].cached).toBe(true);
  expect(body.data.results[1]).toMatchObject({ error_code: 'INVALID_URL', message: expect.any(String) });
  expect(model.asked.at(-1)).toEqual(['http://evil.example/', 'https://a.example/']);
  expect((await guest.get('/history')).body.data.total).toBe(5);
  for (const bad of [[], Array.from({ length: 101 }, () => 'https://example.com')]) {
    expect((await guest.post('/scan/batch', { urls: bad })).body.code).toBe('INVALID_INPUT');
  }
});

test('history is listed, filtered and counted, newest first', async () => {
  const client = testApp().client();
  for (const url of ['https://a.example', 'http://evil.example', 'https://b.example']) {
    await client.post('/scan/analyze', { url });
  }
  const urls = async (query: string) => {
    const { total, history } = (await client.get(`/api/v1/history?${query}`)).body.data;
    return [total, ...history.map(({ url }: { url: string }) => url)];
  };
  expect(await urls('')).toEqual([3, 'https://b.example', 'http://evil.example', 'https://a.example']);
  expect(await urls('sort=asc&limit=1&offset=1')).toEqual([3, 'http://evil.example']);
  expect(await urls('filter=dangerous')).toEqual([1, 'http://evil.example']);
  expect(await urls('filter=safe&limit=1')).toEqual([2, 'https://b.example']);
});

test('another caller’s history entry is a 404, and so is a deleted one', async () => {
  const { client, user } = testApp();
  const alice = await user('alice');
  await alice.post('/scan/analyze', { url: 'https://example.com' });
  const [{ id }] = (await alice.get('/history')).body.data.history;
  for (const other of [await user('bob'), client()]) {
    expect((await other.delete(`/history/${id}`)).body.code).toBe('NOT_FOUND');
    expect((await other.get('/history')).body.data.total).toBe(0);
  }
  expect((await alice.delete(`/history/${id}`)).body).toEqual({
    status: 'success',
    message: '이력이 삭제되었습니다',
  });
  expect((await alice.delete(`/history/${id}`)).status).toBe(404);
  expect((await alice.delete('/history/abc')).body.code).toBe('INVALID_INPUT');
});

test('clearing the history returns how many entries it had, and deletes nobody else’s', async () => {
  const { user } = testApp();
  const alice = await user('alice');
  const bob = await user('bob');
  for (const client of [alice, alice, alice, bob])
    await client.post('/scan/analyze', { url: 'https://example.com' });
  const { body } = await alice.delete('/history/all');
  expect(body).toEqual({ status: 'success', message: '3개 이력이 삭제되었습니다' });
  expect((await alice.delete('/history/all', { 'accept-language': 'en' })).body.message).toBe(
    '0 entries were deleted',
  );
  expect((await bob.get('/history')).body.data.total).toBe(1);
});

test('a wrong verdict can be reported for a scanned URL', async () => {
  const { client, deps } = testApp();
  const guest = client();
  const { url_hash } = (await guest.post('/scan/analyze', { url: 'http://evil.example' })).body.data.details;
  const { status, body } = await guest.post('/scan/feedback', {
    url_hash,
    verdict: 'safe',
    comment: '제 사이트예요',
  });
  expect([status, body.data.verdict, body.data.url_hash]).toEqual([200, 'safe', url_hash]);
  expect(deps.db.select().from(scan_feedback).all()).toMatchObject([
    { url: 'http://evil.example/', analysis_result: 'dangerous', verdict: 'safe', risk_score: 0.97 },
  ]);
  const unknown = await guest.post('/scan/feedback', { url_hash: '0'.repeat(64), verdict: 'safe' });
  expect(unknown.body.code).toBe('NOT_FOUND');
});

test('the administrator’s lists come before the model, and the most specific entry decides', async () => {
  const { admin, client, model, deps, user } = testApp();
  const boss = await admin();
  const add = (list: string, kind: string, entry: string) => boss.post('/admin/lists', { list, kind, entry });
  expect((await add('deny', 'domain', 'example.com')).status).toBe(201);
  expect((await add('allow', 'host', 'good.example.com')).status).toBe(201);
  expect((await add('deny', 'url', 'https://good.example.com/bad')).status).toBe(201);
  const guest = client();
  const verdict = async (url: string) => {
    const { analysis_result, details, cached } = (await guest.post('/scan/analyze', { url })).body.data;
    return [
      analysis_result,
      details.list,
      details.risk_score,
      cached,
      details.suspicious_patterns.length > 0,
    ];
  };
  expect(await verdict('https://a.b.example.com/x')).toEqual(['dangerous', 'deny', 1, false, true]);
  expect(await verdict('https://good.example.com')).toEqual(['safe', 'allow', 0, false, false]);
  expect(await verdict('https://good.example.com/bad')).toEqual(['dangerous', 'deny', 1, false, true]);
  expect((await verdict('https://notexample.com')).slice(0, 2)).toEqual(['safe', undefined]);
  expect(model.asked).toEqual([['https://notexample.com/']]);
  const { entries } = (await boss.get('/admin/lists')).body;
  expect(entries).toHaveLength(3);
  for (const { key } of entries) {
    expect((await boss.delete(`/admin/lists/${encodeURIComponent(key)}`)).status).toBe(204);
  }
  expect((await verdict('https://good.example.com'))[1]).toBeUndefined();
  expect((await add('deny', 'domain', 'co.kr')).body.issues[0].path).toBe('entry');
  expect((await add('deny', 'domain', 'not a host')).status).toBe(400);
  const alice = await user('alice');
  expect((await alice.get('/admin/lists')).body.code).toBe('FORBIDDEN');
  expect((await client().get('/admin/lists')).body.code).toBe('AUTH_REQUIRED');
  const trail = deps.db.select().from(audit_log).all();
  expect(trail.map(({ action, actor_id }) => [action, actor_id])).toEqual([
    ...['lists.deny', 'lists.allow', 'lists.deny'].map((action) => [action, expect.any(Number)]),
    ...Array.from({ length: 3 }, () => ['lists.remove', expect.any(Number)]),
  ]);
});

test('a scan cache of another model version is not used', async () => {
  const { client, model } = testApp();
  const guest = client();
  await guest.post('/scan/analyze', { url: 'https://example.com' });
  (model.info as { model_version: string }).model_version = 'scripted_v2';
  const { body } = await guest.post('/scan/analyze', { url: 'https://example.com' });
  expect(body.data).toMatchObject({ cached: false, details: { model_version: 'scripted_v2' } });
});
