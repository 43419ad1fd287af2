import { expect, test } from 'vitest';
import { gami_members } from '../../../db/index.ts';
import { createUser } from '../../../routers/accounts/auth/users.ts';
import { type TestClient, testApp } from '../../support/app.ts';

const make = async (it: TestClient, name = 'my_study_group') =>
  (await it.post('/gami/groups', { name })).body as { id: number; join_code: string };

test('a group is joined by its code, however it is typed and however often', async () => {
  const { user } = testApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const { status, body } = await alice.post('/gami/groups', { name: ' my_study_group ' });
  expect([status, body]).toEqual([
    201,
    {
      id: expect.any(Number),
      name: 'my_study_group',
      join_code: expect.stringMatching(/^[ACDEFGHJKMNPQRTUVWXY34679]{8}$/),
      members: 1,
      is_owner: true,
      created_at: expect.any(String),
    },
  ]);
  const typed = `${body.join_code.slice(0, 4).toLowerCase()}-${body.join_code.slice(4)} `;
  for (const join_code of [body.join_code, typed]) {
    const joined = await bob.post('/gami/groups/join', { join_code });
    expect([joined.status, joined.body]).toEqual([200, { ...body, members: 2, is_owner: false }]);
  }
  expect((await bob.get('/gami/groups')).body.groups).toHaveLength(1);
  expect((await bob.post('/gami/groups/join', { join_code: 'AAAAAAAA' })).status).toBe(404);
  for (const name of ['', '  ', 'x'.repeat(51)]) {
    expect((await alice.post('/gami/groups', { name })).status).toBe(400);
  }
});

test("a group's board is its members' alone, by id, code or name", async () => {
  const { user } = testApp();
  const [alice, bob, carol] = [await user('alice'), await user('bob'), await user('carol')];
  const group = await make(alice);
  await bob.post('/gami/groups/join', { join_code: group.join_code });
  for (const it of [alice, bob, carol]) await it.post('/gami/events', { event_name: 'daily_activity' });
  for (const named of [group.id, group.join_code, group.join_code.toLowerCase(), 'my_study_group']) {
    const { status, body } = await bob.get(`/gami/leaderboard?period=weekly&group=${named}`);
    expect([status, body.group]).toEqual([200, { id: group.id, name: 'my_study_group' }]);
    expect(body.leaderboard.map(({ user: { id } }: { user: { id: number } }) => id)).toEqual([
      alice.id,
      bob.id,
    ]);
    expect(body.me).toEqual({ rank: 1, score: 20 });
    expect((await carol.get(`/gami/leaderboard?group=${named}`)).status).toBe(404);
  }
});

test('leaving hands the group on, and the last to leave ends it', async () => {
  const { user } = testApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const { id, join_code } = await make(alice);
  expect((await bob.delete(`/gami/groups/${id}/me`)).status).toBe(404);
  await bob.post('/gami/groups/join', { join_code });
  expect((await alice.delete(`/gami/groups/${id}/me`)).status).toBe(204);
  expect((await alice.get('/gami/groups')).body.groups).toEqual([]);
  expect((await bob.get('/gami/groups')).body.groups).toMatchObject([{ id, members: 1, is_owner: true }]);
  expect((await bob.delete(`/gami/groups/${id}/me`)).status).toBe(204);
  expect((await bob.post('/gami/groups/join', { join_code })).status).toBe(404);
});

test("a group that has another's number for a name is not taken for it", async () => {
  const { user } = testApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const { id } = await make(alice);
  await make(bob, String(id));
  expect((await bob.delete(`/gami/groups/${id}/me`)).status).toBe(404);
  expect((await alice.get('/gami/groups')).body.groups).toMatchObject([{ id, is_owner: true }]);
});

test('groups and the groups of a user have an end', async () => {
  const { user, deps } = testApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const { id, join_code } = await make(alice);
  for (let i = 0; i < 199; i++) {
    const one = createUser(deps.db, deps.clock, { email: `m${i}@example.com`, password_hash: null });
    deps.db.insert(gami_members).values({ group_id: id, user_id: one.id, joined_at: 0 }).run();
  }
  const refused = await bob.post('/gami/groups/join', { join_code });
  expect([refused.status, refused.body.issues]).toEqual([
    409,
    [{ path: 'join_code', message: '정원 200명이 찬 그룹입니다' }],
  ]);
  for (let i = 0; i < 20; i++) await make(bob, `group ${i}`);
  expect((await bob.post('/gami/groups', { name: 'one more' })).status).toBe(409);
});
