import { expect, test } from 'vitest';
import { audit_log } from '../../../db/index.ts';
import { testApp } from '../../support/app.ts';

test('a key is shown once, listed without it, and refused once it is revoked', async () => {
  const app = testApp();
  const admin = await app.admin();
  const alice = await app.user('alice');
  const { body: me } = await alice.get('/me');
  const response = await admin.post('/admin/api-keys', {
    name: 'laptop',
    scopes: ['agent', 'llm', 'agent'],
    user_id: me.user_id,
  });
  expect(response.status).toBe(201);
  const { key, ...shown } = response.body;
  expect(shown).toEqual({
    id: expect.any(Number),
    name: 'laptop',
    scopes: ['agent', 'llm'],
    prefix: key.slice(0, 10),
    expires_at: null,
  });
  expect(key).toMatch(/^fsk_[\w-]{43}$/);
  const list = await admin.get('/admin/api-keys');
  expect(list.body.api_keys).toEqual([
    {
      ...shown,
      user_id: me.user_id,
      username: 'alice',
      created_at: expect.any(String),
      last_used_at: null,
      revoked_at: null,
    },
  ]);
  expect(JSON.stringify(list.body)).not.toContain(key);
  const agent = app.client();
  agent.token = key;
  expect((await agent.post('/agent/jobs/request', { agent_id: 'a' })).status).toBe(200);
  expect((await admin.get('/admin/api-keys')).body.api_keys[0].last_used_at).not.toBeNull();
  expect((await admin.delete(`/admin/api-keys/${shown.id}`)).status).toBe(204);
  expect((await agent.post('/agent/jobs/request', { agent_id: 'a' })).body.code).toBe('SESSION_EXPIRED');
  expect((await admin.delete(`/admin/api-keys/${shown.id}`)).status).toBe(404);
  expect((await admin.get('/admin/api-keys')).body.api_keys[0].revoked_at).not.toBeNull();
  const noted = app.deps.db.select().from(audit_log).all();
  expect(noted.map(({ action, target }) => [action, target])).toEqual([
    ['api_keys.create', String(shown.id)],
    ['api_keys.revoke', String(shown.id)],
  ]);
  expect(JSON.stringify(noted)).not.toContain(key);
});

test('a key belongs to its creator unless an owner is given, and only administrators create keys', async () => {
  const app = testApp();
  const admin = await app.admin();
  const alice = await app.user('alice');
  await admin.post('/admin/api-keys', { name: 'mine', scopes: ['events'] });
  await admin.post('/admin/api-keys', { name: 'hers', scopes: ['gami'], user_id: alice.id });
  const { body } = await admin.get('/api/v1/admin/api-keys');
  expect(body.api_keys.map(({ username }: { username: string }) => username)).toEqual(['admin', 'alice']);
  expect((await alice.post('/admin/api-keys', { name: 'x', scopes: ['agent'] })).status).toBe(403);
  expect((await alice.get('/admin/api-keys')).status).toBe(403);
  expect((await alice.delete('/admin/api-keys/1')).status).toBe(403);
  for (const wrong of [
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['root'] },
    { name: '', scopes: ['agent'] },
  ])
    expect((await admin.post('/admin/api-keys', wrong)).status).toBe(400);
  const nobody = { name: 'x', scopes: ['agent'], user_id: 'user_20000101_001' };
  expect((await admin.post('/admin/api-keys', nobody)).status).toBe(404);
});
