import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';

test('an administrator sees verdicts by day, the drift of the mean score, and the feedback', async () => {
  const { admin, client, clock, model, user } = testApp();
  const guest = client();
  const scan = (url: string) => guest.post('/scan/analyze', { url });
  for (const n of [1, 2, 3]) await scan(`https://example.com/${n}`);
  clock.advance('10d');
  const boss = await admin();
  model.risk = () => 0.61;
  const { url_hash } = (await scan('https://example.org')).body.data.details;
  await scan('https://example.org');
  await guest.post('/scan/feedback', { url_hash, verdict: 'safe', comment: 'mine' });
  await boss.post('/admin/lists', { list: 'deny', kind: 'host', entry: 'bad.example' });
  await scan('https://bad.example');

  const { status, body } = await boss.get('/admin/scan/quality?days=30');
  expect(status).toBe(200);
  expect(body.days).toMatchObject([
    { scans: 3, cached: 1, dangerous: 3, share_dangerous: 1, mean_risk: 0.61 },
    { scans: 3, cached: 0, dangerous: 0, share_dangerous: 0 },
  ]);
  expect(body.drift.recent_mean_risk).toBeCloseTo(0.61);
  expect(body.drift.earlier_mean_risk).toBeCloseTo(0.01);
  expect(body.drift.difference).toBeCloseTo(0.6);
  expect(body.feedback).toMatchObject({
    total: 1,
    called_dangerous_is_safe: 1,
    called_safe_is_dangerous: 0,
    newest: [{ url: 'https://example.org/', verdict: 'safe', analysis_result: 'dangerous', comment: 'mine' }],
  });
  expect((await boss.get('/admin/scan/quality?days=1')).body.days).toHaveLength(1);
  expect((await (await user('alice')).get('/admin/scan/quality')).body.code).toBe('FORBIDDEN');
});

test('without scans the drift is null', async () => {
  const boss = await testApp().admin();
  expect((await boss.get('/admin/scan/quality')).body).toMatchObject({
    days: [],
    drift: { recent_mean_risk: null, difference: null },
    feedback: { total: 0, newest: [] },
  });
});
