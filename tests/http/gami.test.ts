import { expect, test } from 'vitest';
import { earnedBy } from '../../routers/learning/gami/earned.ts';
import { testApp } from '../app.ts';
import { COMMIT, told, withProject } from './repository.ts';

const profile = async (it: { get(path: string): Promise<{ body: unknown }> }) =>
  (await it.get('/gami/profile')).body as Record<string, number> & { badges: { code: string }[] };

test('the first login brings the day, a badge, and a level', async () => {
  const alice = await testApp().user('alice');
  const { status, body } = await alice.get('/gami/profile');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    user: { id: alice.id, username: 'alice' },
    points: 22,
    xp: 220,
    total_xp: 220,
    level: 2,
    current_level_xp: 100,
    next_level_xp: 300,
    xp_to_next_level: 80,
    xp_percentage: 60,
    streak_days: 1,
    badges: [{ code: 'first_login', is_earned: true, progress: { current: 1, target: 1 } }],
  });
  expect(JSON.stringify(body)).not.toContain('example.com');
});

test('commits earn their author: the first more, ten a day, badges at the first and the tenth', async () => {
  const { alice, app, path } = await withProject();
  await alice.post(`${path}/commits`, COMMIT);
  const [event] = told(app, 'commit.stored');
  expect(earnedBy(app.parts.db, event?.id as number)).toMatchObject({
    xp: 100 + 20 + 200,
    points: 32,
    badges_unlocked: [{ code: 'first_commit', name: { ko: '첫 커밋', en: 'First commit' } }],
  });
  expect((await profile(alice)).xp).toBe(220 + 320);
  await alice.post(`${path}/commits`, COMMIT);
  expect((await profile(alice)).xp).toBe(220 + 320);
  for (let i = 10; i < 22; i++) {
    await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: `${i}`.repeat(20) });
  }
  const now = await profile(alice);
  expect(now.xp).toBe(220 + 320 + 9 * 20 + 200);
  expect(now.badges.map(({ code }) => code)).toEqual([
    'first_login',
    'first_commit',
    'commits_10',
    'level_5',
  ]);
});
