import { expect, test } from 'vitest';
import { COMMIT, HASH, told, withProject } from '../../support/repository.ts';

test('a commit is stored and told once, however often and however short it is reported', async () => {
  const { alice, path, app } = await withProject();
  const answers = await Promise.all(Array.from({ length: 10 }, () => alice.post(`${path}/commits`, COMMIT)));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
  const short = await alice.post(`${path}/commits`, {
    ...COMMIT,
    commit_hash: HASH.slice(0, 9).toUpperCase(),
  });
  expect([short.status, short.body.commit_hash]).toEqual([200, HASH]);
  expect(told(app, 'commit.stored')).toMatchObject([
    { principal_id: alice.id, payload: { commit_hash: HASH, author_email: 'author@example.com' } },
  ]);
  const other = `ffff${HASH.slice(4)}`;
  await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: other.slice(0, 8) });
  const whole = await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: other });
  expect([whole.status, whole.body.commit_hash]).toEqual([200, other]);
  expect((await alice.get('/projects')).body[0].commit_count).toBe(2);
  for (const bad of ['', 'abc', 'not-a-hash', 'g'.repeat(40), 'a'.repeat(65)]) {
    expect((await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: bad })).status, bad).toBe(400);
  }
  expect((await alice.post(`${path}/commits`, { ...COMMIT, timestamp: 'yesterday' })).status).toBe(400);
});

test('commits are listed by the time they were made, the newest first', async () => {
  const { alice, path } = await withProject();
  const times = ['2025-10-28T10:30:00+09:00', '2025-10-28T02:00:00Z', '2025-10-28T01:45:00.123456'];
  for (const [i, timestamp] of times.entries()) {
    await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: `${i}`.repeat(40), timestamp });
  }
  const { body } = await alice.get(`${path}/commits`);
  expect(body.commits.map(({ timestamp }: { timestamp: string }) => timestamp)).toEqual([
    '2025-10-28T02:00:00Z',
    '2025-10-28T01:45:00Z',
    '2025-10-28T01:30:00Z',
  ]);
  expect((await alice.get(`${path}/commits?limit=1&offset=2`)).body).toMatchObject({
    total: 3,
    commits: [{ commit_hash: '0'.repeat(40) }],
  });
});
