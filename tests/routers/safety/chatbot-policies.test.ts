import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';

const POLICY = {
  id: 'no-falcon',
  category: 'secret_project',
  kind: 'keyword',
  pattern: 'project falcon',
  applies_to: ['input'],
  action: 'block',
  description: 'Nobody is to ask about it',
};

test('any identified caller reads the policies, with an ETag and a 304 while nothing changes', async () => {
  const { client, admin } = testApp();
  const stranger = await client().get('/policies/redteam');
  expect([stranger.status, stranger.body.code]).toEqual([401, 'AUTH_REQUIRED']);
  const boss = await admin();
  for (const base of ['', '/api/v1']) {
    const { status, body, headers } = await boss.get(`${base}/policies/redteam`);
    expect([status, body.policies.length > 20]).toEqual([200, true]);
    expect(Object.keys(body.policies[0]).sort()).toEqual([
      'action',
      'applies_to',
      'category',
      'description',
      'id',
      'kind',
      'pattern',
    ]);
    const again = await boss.get(`${base}/policies/redteam`, { 'if-none-match': headers.get('etag') ?? '' });
    expect([again.status, again.body]).toEqual([304, '']);
  }
  const before = (await boss.get('/policies/redteam')).headers.get('etag') ?? '';
  await boss.post('/admin/policies', POLICY);
  const after = await boss.get('/policies/redteam', { 'if-none-match': before });
  expect([after.status, after.body.version]).toEqual([200, 2]);
});

test('a policy that an administrator adds, changes or removes takes effect at once', async () => {
  const { client, admin } = testApp();
  const boss = await admin();
  const guest = client();
  const ask = async () =>
    (await guest.post('/chatbot/ask', { message: 'what about Project Falcon phishing?' })).body.data;
  expect((await ask()).intent_type).toBe('security_qa');
  expect((await boss.post('/admin/policies', POLICY)).status).toBe(201);
  expect((await ask()).bot_response).toContain('cannot help');
  expect((await boss.post('/admin/policies', POLICY)).body.code).toBe('CONFLICT');
  const changed = await boss.put('/admin/policies/no-falcon', { ...POLICY, action: 'flag' });
  expect(changed.body).toMatchObject({ id: 'no-falcon', action: 'flag', tests: { match: [], pass: [] } });
  expect((await ask()).intent_type).toBe('security_qa');
  expect((await boss.put('/admin/policies/unknown', { ...POLICY, id: 'unknown' })).status).toBe(404);
  expect((await boss.delete('/admin/policies/no-falcon')).status).toBe(204);
  expect((await boss.delete('/admin/policies/no-falcon')).status).toBe(404);
});

test('a pattern that can take exponential time, or that fails its tests, is refused', async () => {
  const { admin, user } = testApp();
  const boss = await admin();
  for (const [pattern, reason] of [
    ['(a+)+$', /exponential/],
    ['(\\w|\\d)*x', /exponential/],
    ['(', /not a valid/],
    ['a*', /empty text/],
  ] as const) {
    const { status, body } = await boss.post('/admin/policies', { ...POLICY, kind: 'regex', pattern });
    expect([pattern, status, body.code]).toEqual([pattern, 400, 'INVALID_INPUT']);
    expect(body.issues[0]).toMatchObject({ path: 'pattern', message: expect.stringMatching(reason) });
  }
  const failing = { ...POLICY, tests: { match: ['something else'], pass: [] } };
  expect((await boss.post('/admin/policies', failing)).status).toBe(400);
  const alice = await user('alice');
  expect((await alice.post('/admin/policies', POLICY)).status).toBe(403);
  expect((await alice.get('/policies/redteam')).status).toBe(200);
});
