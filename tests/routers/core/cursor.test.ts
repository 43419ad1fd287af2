import { expect, test } from 'vitest';
import { type TestClient, testApp } from '../../support/app.ts';
import { makeUser } from '../../support/callers.ts';
import { everyOperation } from '../../support/operations.ts';
import { projectOf, queue } from '../../support/queue.ts';
import { COMMIT } from '../../support/repository.ts';

/** Lists of a size that is given: the best, the weakest, and so on. */
const RANKINGS = ['gami.leaderboard', 'quiz.recommendations'];

const operations = everyOperation();

test('every list takes a cursor beside its limit', () => {
  const lists = operations.all.filter(({ parameters }) => parameters.some(({ name }) => name === 'limit'));
  const without = lists.filter(({ parameters }) => !parameters.some(({ name }) => name === 'cursor'));
  expect(lists.length).toBeGreaterThan(20);
  expect(without.map(({ name }) => name).sort()).toEqual(RANKINGS);
});

/** All pages of a list. `between` runs after the first one. */
async function readPages(
  client: TestClient,
  path: string,
  field: string,
  between?: () => Promise<unknown>,
): Promise<{ id: number }[]> {
  const found: { id: number }[] = [];
  let cursor = '';
  do {
    const { status, body } = await client.get(`${path}${path.includes('?') ? '&' : '?'}limit=2${cursor}`);
    expect(status, JSON.stringify(body)).toBe(200);
    const page = body.data ?? body;
    expect(page[field].length).toBeLessThanOrEqual(2);
    found.push(...page[field]);
    const { next_cursor } = page;
    cursor = next_cursor === null ? '' : `&cursor=${next_cursor}`;
    await between?.();
    between = undefined;
  } while (cursor);
  return found;
}

const scan = (client: TestClient, name: string) =>
  client.post('/scan/analyze', { url: `https://example.com/${name}` });

test('pages of a list follow each other while entries are added and deleted', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (const name of ['a', 'b', 'c', 'd', 'e']) await scan(alice, name);
  const all = await readPages(alice, '/history', 'history');
  expect(new Set(all.map(({ id }) => id)).size).toBe(5);
  const changing = await readPages(alice, '/history', 'history', async () => {
    await scan(alice, 'newest');
    await alice.delete(`/history/${all[0]?.id}`);
  });
  expect(changing).toEqual(all);
  const oldest = await readPages(alice, '/history?sort=asc&filter=safe', 'history');
  expect(oldest).toHaveLength(5);
  expect(oldest.map(({ id }) => id)).toEqual(oldest.map(({ id }) => id).sort((a, b) => a - b));
});

test('commits of the same second are neither left out nor repeated', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const project_id = await projectOf(alice, 'repository');
  for (let i = 0; i < 5; i++)
    await alice.post(`/git/${project_id}/commits`, { ...COMMIT, commit_hash: String(i).repeat(40) });
  const commits = await readPages(alice, `/git/${project_id}/commits`, 'commits');
  expect(new Set(commits.map(({ id }) => id)).size).toBe(5);
});

test('issues without a line, users by their last visit, and tasks by urgency have pages too', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const admin = await makeUser(app, 'admin');
  const project_id = await projectOf(alice, 'repository');
  const issues = [1, null, null, 2, 3].map((line, i) => ({
    file: 'src/app.js',
    rule_id: `rule-${i}`,
    severity: 'warning',
    ...(line === null ? {} : { line }),
  }));
  expect((await alice.post(`/git/${project_id}/issues`, { analyzer: 'eslint', issues })).status).toBe(201);
  expect(await readPages(alice, `/git/${project_id}/issues`, 'issues')).toHaveLength(5);
  for (let i = 0; i < 3; i++) await makeUser(app);
  for (const sort of ['newest', 'oldest', 'last_seen']) {
    const users = await readPages(admin, `/admin/users?sort=${sort}`, 'users');
    expect(new Set(users.map(({ id }) => id)).size, sort).toBe(5);
  }
  for (const due_at of ['2030-01-02T00:00:00Z', null, '2030-01-01T00:00:00Z', null, '2030-01-03T00:00:00Z'])
    await admin.post('/tasks', { type: 'mission', title: 'Do it', user_id: alice.id, due_at });
  const [first] = await readPages(alice, '/tasks/assigned', 'tasks');
  await alice.post(`/tasks/${first?.id}/complete`);
  const tasks = await readPages(alice, '/tasks/assigned', 'tasks');
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(5);
  expect(tasks.at(-1)?.id).toBe(first?.id);
});

test('the feed and notifications continue from a cursor', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const admin = await makeUser(app, 'admin');
  for (let i = 0; i < 5; i++)
    await admin.post('/tasks', { type: 'mission', title: `Do ${i}`, user_id: alice.id });
  const notifications = await readPages(alice, '/notifications', 'notifications');
  expect(new Set(notifications.map(({ id }) => id)).size).toBe(5);
  const newest = await readPages(alice, '/mobile/feed', 'items');
  const oldest = await readPages(alice, '/mobile/feed?since_id=0', 'items');
  expect(newest.length).toBeGreaterThanOrEqual(5);
  expect(oldest).toEqual(newest.toReversed());
});

test('a bare list names its next page in the header Link', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (const name of ['a', 'b', 'c']) await projectOf(alice, name);
  const first = await alice.get('/api/v1/projects?limit=2');
  expect(first.body.map(({ name }: { name: string }) => name)).toEqual(['c', 'b']);
  const [, target] = /^<(\?[^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
  const second = await alice.get(`/api/v1/projects${target}`);
  expect(second.body.map(({ name }: { name: string }) => name)).toEqual(['a']);
  expect(second.headers.get('link')).toBeNull();
  const overTrpc = await alice.query('projects.list', { limit: 2, cursor: target?.split('cursor=')[1] });
  expect(overTrpc.body.result.data).toHaveLength(1);
});

test('a cursor that no answer gave is refused with its name, and shows nothing of others', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const bob = await app.user('bob');
  await queue(alice, await projectOf(alice, 'repository'));
  for (const name of ['a', 'b', 'c']) await scan(alice, name);
  const cursor = (await alice.get('/history?limit=1')).body.data.next_cursor;
  expect((await bob.get(`/history?cursor=${cursor}`)).body.data.history).toEqual([]);
  const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const wrong of [
    'x',
    '%00',
    text([1, 2]),
    text({}),
    text([null]),
    text([1.5]),
    text([[1]]),
    text('1'),
  ]) {
    const { status, body } = await alice.get(`/history?cursor=${wrong}`);
    expect([wrong, status, body.issues?.[0]?.path]).toEqual([wrong, 400, 'cursor']);
  }
  expect((await alice.get(`/history?cursor=${text(['1'])}`)).status).toBe(200);
});
