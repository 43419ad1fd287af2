import { createHmac, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type TestApp, type TestClient, testApp, WEBHOOK_SECRET } from '../../support/app.ts';

const hmac = (body: string, secret = WEBHOOK_SECRET) =>
  createHmac('sha256', secret).update(Buffer.from(body)).digest('hex');
const github = (body: string, secret = WEBHOOK_SECRET, id = randomUUID() as string) => ({
  'x-hub-signature-256': `sha256=${hmac(body, secret)}`,
  'x-github-event': 'push',
  'x-github-delivery': id,
});
const gitlab = (event: string, id: string) => ({
  'x-gitlab-token': WEBHOOK_SECRET,
  'x-gitlab-event': event,
  'x-gitlab-event-uuid': id,
});

const HASHES = ['a', 'b', 'c'].map((digit) => digit.repeat(40));
const toPush = (url: string, more: object = {}) =>
  JSON.stringify({
    ref: 'refs/heads/main',
    after: HASHES[0],
    repository: { clone_url: url },
    commits: [{ id: HASHES[0], message: 'm', author: { email: 'kim@example.com' } }],
    ...more,
  });

async function register(it: TestClient, remote_url: string): Promise<number> {
  return (await it.post('/git/projects/register', { name: 'p', remote_url })).body.id;
}
const post = (app: TestApp, body: string, headers: Record<string, string>, path = '/webhooks/git') =>
  app.client().post(path, body, headers);

test('a project has a secret of its own, which its owner sees and replaces, and nobody else', async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const id = await register(alice, 'https://git.example.com/acme/private.git');
  const first = (await alice.get(`/projects/${id}/webhook`)).body;
  expect(first).toEqual({ path: `/webhooks/git/${id}`, secret: expect.stringMatching(/^[\w-]{43}$/) });
  for (const call of [bob.get(`/projects/${id}/webhook`), bob.post(`/projects/${id}/webhook/rotate`)]) {
    expect((await call).status).toBe(404);
  }
  const body = toPush('https://elsewhere.example/of/no/matter.git');
  const taken = await post(app, body, github(body, first.secret), first.path);
  expect([taken.status, taken.body]).toMatchObject([202, { projects: [id], commits_stored: 1 }]);
  const second = (await alice.post(`/projects/${id}/webhook/rotate`)).body;
  expect(second.secret).not.toBe(first.secret);
  for (const [path, secret] of [
    [first.path, first.secret],
    [first.path, WEBHOOK_SECRET],
    ['/webhooks/git/999999', second.secret],
    ['/webhooks/git/x', second.secret],
    ['/webhooks/git', second.secret],
  ]) {
    const { status } = await post(app, body, github(body, secret), path);
    expect([path, status]).toEqual([path, 401]);
  }
  const again = await post(
    app,
    toPush('x', { after: HASHES[1] }),
    github(toPush('x', { after: HASHES[1] }), second.secret),
    first.path,
  );
  expect(again.body.jobs_created).toHaveLength(1);
  expect(JSON.stringify(app.deps.db.$client.prepare('SELECT * FROM projects').all())).not.toContain(
    second.secret,
  );
});

test('who names a remote later, or changes to it, gets none of its pushes', async () => {
  const app = testApp();
  const [alice, spy] = [await app.user('alice'), await app.user('spy')];
  // The spy's project is older than Alice's, and gets the remote after hers.
  const own = await spy.post('/git/projects/register', { name: 'spy', local_path: '/home/spy/it' });
  const id = await register(alice, 'git@github.com:acme/private.git');
  const remote_url = 'https://GitHub.com/Acme/Private/';
  const changed = await spy.post('/git/projects/register', {
    name: 'spy',
    local_path: '/home/spy/it',
    remote_url,
  });
  expect(changed.body.id).toBe(own.body.id);
  const body = toPush('https://github.com/acme/private.git');
  expect((await post(app, body, github(body))).body.projects).toEqual([id]);
  const named = JSON.stringify({
    ref: 'refs/heads/main',
    repository: { full_name: 'acme/private' },
    commits: [],
  });
  expect((await post(app, named, github(named))).body.projects).toEqual([id]);
});

test('a push that came before its project was registered is taken when it comes again', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const body = toPush('https://gitea.example.com/Team/Repo.git');
  const send = () => post(app, body, github(body, WEBHOOK_SECRET, 'd-1'));
  expect((await send()).body).toMatchObject({ projects: [], jobs_created: [] });
  // The remote is found whatever the case of its path.
  const id = await register(alice, 'https://gitea.example.com/team/repo');
  const first = (await send()).body;
  expect(first).toMatchObject({ projects: [id], commits_stored: 1, jobs_created: [expect.any(Number)] });
  expect((await send()).body).toEqual(first);
});

test('equal bodies of GitLab are pushes of their own, and system hooks are read', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const id = await register(alice, 'https://gitlab.example.com/team/repo');
  const project = { git_http_url: 'https://gitlab.example.com/team/repo.git' };
  const body = (after: string) => toPush('', { repository: undefined, project, after });
  const [ab, ba] = [body(HASHES[0] as string), body(HASHES[1] as string)];
  for (const [i, sent] of [ab, ba, ab, ab].entries()) {
    // The last is a repetition of the third.
    const { body: answer } = await post(app, sent, gitlab('Push Hook', `e-${Math.min(i, 2)}`));
    expect(answer.jobs_created).toHaveLength(1);
  }
  expect((await alice.get(`/projects/${id}/jobs`)).body.total).toBe(3);
  const system = JSON.stringify({
    ...JSON.parse(ab),
    event_name: 'push',
    commits: [{ id: HASHES[2], message: 'x' }],
  });
  const taken = await post(app, system, gitlab('System Hook', 'e-9'));
  expect(taken.body).toMatchObject({ event: 'push', projects: [id], commits_stored: 1 });
  const other = JSON.stringify({ event_name: 'user_create', name: 'kim' });
  expect((await post(app, other, gitlab('System Hook', 'e-10'))).body).toMatchObject({
    event: 'system',
    projects: [],
  });
});

test('pushes of Bitbucket, in the cloud and at home, and of Gogs are read', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const cloud = await register(alice, 'git@bitbucket.org:Team/repo.git');
  const home = await register(alice, 'ssh://git@git.example.com:7999/prj/repo.git');
  const gogs = await register(alice, 'https://gogs.example.com/team/repo');
  const bitbucket = (event: string, body: string) => ({
    'x-event-key': event,
    'x-hub-signature': `sha256=${hmac(body)}`,
    'x-request-uuid': randomUUID(),
  });
  const branch = { type: 'branch', name: 'main', target: { hash: HASHES[0] } };
  const commits = [
    {
      hash: HASHES[0],
      message: 'm',
      date: '2026-11-01T09:00:00+00:00',
      author: { raw: 'Kim <kim@example.com>' },
    },
  ];
  const inCloud = JSON.stringify({
    push: {
      changes: [
        { new: branch, old: null, commits },
        { new: null, old: { ...branch, name: 'gone' } },
      ],
    },
    repository: { full_name: 'team/repo', links: { html: { href: 'https://bitbucket.org/team/repo' } } },
  });
  const first = await post(app, inCloud, bitbucket('repo:push', inCloud));
  expect([first.status, first.body]).toMatchObject([
    202,
    { event: 'push', projects: [cloud], commits_stored: 1 },
  ]);
  expect(first.body.jobs_created).toHaveLength(1);
  const [commit] = (await alice.get(`/git/${cloud}/commits`)).body.commits;
  expect(commit).toMatchObject({ author_email: 'kim@example.com', timestamp: '2026-11-01T09:00:00Z' });
  const atHome = JSON.stringify({
    changes: [
      {
        ref: { id: 'refs/heads/main', displayId: 'main', type: 'BRANCH' },
        toHash: HASHES[1],
        type: 'UPDATE',
      },
    ],
    commits: [
      {
        id: HASHES[1],
        message: 'm',
        authorTimestamp: 1_793_000_000_000,
        author: { emailAddress: 'kim@example.com' },
      },
    ],
    repository: { slug: 'repo', project: { key: 'PRJ' } },
  });
  const second = await post(app, atHome, bitbucket('repo:refs_changed', atHome));
  expect(second.body).toMatchObject({ projects: [home], commits_stored: 1 });
  const unsigned = await post(app, atHome, {
    ...bitbucket('repo:refs_changed', atHome),
    'x-hub-signature': 'sha256=',
  });
  expect(unsigned.status).toBe(401);
  const body = toPush('https://gogs.example.com/team/repo.git');
  const third = await post(app, body, {
    'x-gogs-signature': hmac(body),
    'x-gogs-event': 'push',
    'x-gogs-delivery': 'g-1',
  });
  expect(third.body).toMatchObject({ delivery_id: 'g-1', projects: [gogs], commits_stored: 1 });
  const ping = await post(app, '{"test":true}', bitbucket('diagnostics:ping', '{"test":true}'));
  expect(ping.body).toMatchObject({ event: 'diagnostics:ping', projects: [] });
});

test('a byte order mark before a signed body, and a commit of a far year, are no reason to lose a push', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const id = await register(alice, 'https://git.example.com/a/b');
  const times = ['+010000-01-01T00:00:00Z', '9999-12-31T23:59:59-05:00', 'yesterday'];
  const commits = times.map((timestamp, i) => ({ id: HASHES[i], message: 'm', timestamp }));
  const body = `\ufeff${toPush('https://git.example.com/a/b.git', { commits })}`;
  const { status, body: answer } = await post(app, body, github(body));
  expect([status, answer.commits_stored]).toEqual([202, 3]);
  expect((await alice.get(`/git/${id}/commits`)).body.total).toBe(3);
  const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]);
  const signature = createHmac('sha256', WEBHOOK_SECRET).update(bytes).digest('hex');
  const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'x-github-event': 'push' };
  expect((await app.client().send('/webhooks/git', { method: 'POST', body: bytes, headers })).status).toBe(
    400,
  );
});
