import { createHmac, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { deleteExpired } from '../../../routers/maintenance/expiry.ts';
import { type TestApp, type TestClient, testApp, WEBHOOK_SECRET } from '../../support/app.ts';

type Headers = Record<string, string>;

const hmac = (text: string, secret = WEBHOOK_SECRET) =>
  createHmac('sha256', secret).update(text).digest('hex');

/** How each Git server signs a body. */
const SIGNED: Record<string, (body: string, event: string, id: string) => Headers> = {
  github: (body, event, id) => ({
    'x-hub-signature-256': `sha256=${hmac(body)}`,
    'x-github-event': event,
    'x-github-delivery': id,
  }),
  gitea: (body, event, id) => ({
    'x-gitea-signature': hmac(body),
    'x-hub-signature-256': `sha256=${hmac(body)}`,
    'x-gitea-event': event,
    'x-gitea-delivery': id,
  }),
  gitlab: (_body, event, id) => ({
    'x-gitlab-token': WEBHOOK_SECRET,
    'x-gitlab-event': `${event === 'push' ? 'Push' : 'Issue'} Hook`,
    'x-gitlab-event-uuid': id,
  }),
};

const commit = (n: number) => ({
  id: n.toString(16).padStart(40, 'a'),
  message: `commit ${n}`,
  timestamp: '2025-10-28T11:00:00+09:00',
  author: { name: 'Kim', email: 'kim@example.com' },
});

/** A push to github.com/user/MyProject, as that Git server tells it. */
function push(host: string, commits: number[], more: object = {}): string {
  const repository =
    host === 'gitlab'
      ? { name: 'MyProject', git_ssh_url: 'git@github.com:user/MyProject.git' }
      : {
          name: 'MyProject',
          full_name: 'user/MyProject',
          clone_url: 'https://github.com/user/MyProject.git',
        };
  const after = commit(commits.at(-1) ?? 0).id;
  return JSON.stringify({ ref: 'refs/heads/main', after, repository, commits: commits.map(commit), ...more });
}

async function project(it: TestClient, remote_url = 'git@github.com:user/myproject.git'): Promise<number> {
  return (await it.post('/git/projects/register', { name: 'p', remote_url })).body.id;
}

const told = (app: TestApp, type: string) =>
  app.deps.db.$client.prepare('SELECT principal_id, payload FROM events WHERE type = ?').all(type);

test('a push goes to the first project with that remote and to those of administrators, whoever sends it', async () => {
  for (const host of ['github', 'gitea', 'gitlab']) {
    const app = testApp();
    const [alice, bob] = [await app.user('alice'), await app.user('bob')];
    const mine = await project(alice);
    const his = await project(bob, 'https://github.com/user/MyProject');
    await project(alice, 'https://github.com/user/another');
    // The first to name a remote has its pushes, and administrators have them too.
    const admin = await app.admin();
    const administered = await project(admin, 'ssh://git@github.com/user/MyProject.git');
    const body = push(host, [1, 2]);
    const headers = SIGNED[host]?.(body, 'push', 'd-1');
    const { status, body: answer } = await app.client().post('/webhooks/git', body, headers);
    expect([status, answer], host).toEqual([
      202,
      {
        delivery_id: 'd-1',
        event: 'push',
        projects: [mine, administered],
        commits_stored: 4,
        jobs_created: [expect.any(Number), expect.any(Number)],
      },
    ]);
    const { commits } = (await alice.get(`/git/${mine}/commits`)).body;
    expect(commits.map((one: { message: string }) => one.message).sort()).toEqual(['commit 1', 'commit 2']);
    expect(commits[0]).toMatchObject({ author_email: 'kim@example.com', timestamp: '2025-10-28T02:00:00Z' });
    expect((await bob.get(`/projects/${his}/jobs`)).body.total).toBe(0);
    expect((await bob.get(`/git/${his}/commits`)).body.total).toBe(0);
    const { jobs } = (await admin.get(`/projects/${administered}/jobs`)).body;
    expect(jobs).toMatchObject([{ id: answer.jobs_created[1], job_type: 'git_scan', status: 'pending' }]);
    expect(told(app, 'repository.pushed')).toHaveLength(2);
  }
});

test('a delivery that comes again changes nothing, one by one, at once, and under another number', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const id = await project(alice);
  const body = push('github', [1, 2, 3]);
  const send = (delivery: string) =>
    app.client().post('/api/v1/webhooks/git', body, SIGNED.github?.(body, 'push', delivery));
  const first = await send('d-1');
  expect(first.body).toMatchObject({ projects: [id], commits_stored: 3 });
  const again = await Promise.all(['d-1', 'd-1', 'd-2', randomUUID()].map(send));
  for (const { status, body: answer } of again) expect([status, answer]).toEqual([202, first.body]);
  expect((await alice.get(`/projects/${id}/jobs`)).body.total).toBe(1);

  const next = push('github', [2, 3, 4]);
  const more = await app.client().post('/webhooks/git', next, SIGNED.github?.(next, 'push', 'd-3'));
  expect(more.body).toMatchObject({ commits_stored: 1 });
  expect((await alice.get(`/git/${id}/commits`)).body.total).toBe(4);

  app.clock.advance('31d');
  expect((await deleteExpired(app.deps)).webhook_deliveries).toBe(2);
});

test('without a valid signature nothing is done', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const id = await project(alice);
  const body = push('github', [1]);
  const wrong: Headers[] = [
    {},
    { 'x-hub-signature-256': 'sha256=' },
    { 'x-hub-signature-256': `sha256=${hmac(`${body} `)}` },
    { 'x-hub-signature-256': `sha256=${hmac(body, 'another secret')}` },
    { 'x-hub-signature-256': hmac(body) },
    { 'x-hub-signature': `sha1=${createHmac('sha1', WEBHOOK_SECRET).update(body).digest('hex')}` },
    { 'x-gitea-signature': `sha256=${hmac(body)}` },
    { 'x-gitlab-token': `${WEBHOOK_SECRET}x` },
    { 'x-gitlab-token': '' },
  ];
  for (const headers of wrong) {
    const { status, body: answer } = await app
      .client()
      .post('/webhooks/git', body, { ...headers, 'x-github-event': 'push' });
    expect([status, answer.code], JSON.stringify(headers)).toEqual([401, 'SIGNATURE_INVALID']);
  }
  expect((await alice.get(`/projects/${id}/jobs`)).body.total).toBe(0);
});

test('a ping and other events are acknowledged; tags and deleted branches queue nothing', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const id = await project(alice);
  const send = async (event: string, body: string, host = 'github') =>
    (await app.client().post('/webhooks/git', body, SIGNED[host]?.(body, event, randomUUID()))).body;
  const nothing = { projects: [], commits_stored: 0, jobs_created: [] };
  expect(await send('ping', '{"zen":"Design for failure."}')).toMatchObject({ event: 'ping', ...nothing });
  expect(await send('issues', '{"action":"opened"}')).toMatchObject({ event: 'issues', ...nothing });
  expect(await send('issue', '{"object_kind":"issue"}', 'gitlab')).toMatchObject({
    event: 'issue',
    ...nothing,
  });
  expect(await send('push', push('github', [1], { ref: 'refs/tags/v1' }))).toMatchObject(nothing);
  const gone = push('github', [], { after: '0'.repeat(40), deleted: true });
  expect(await send('push', gone)).toMatchObject({ projects: [id], commits_stored: 0, jobs_created: [] });
  const elsewhere = push('github', [1], { repository: { clone_url: 'https://github.com/other/repo.git' } });
  expect(await send('push', elsewhere)).toMatchObject({ event: 'push', ...nothing });
});

test("the guide's example, which names no address and no event, finds the project by owner and name", async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const id = await project(alice);
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    repository: { name: 'MyProject', full_name: 'user/MyProject' },
    commits: [commit(7)],
  });
  const headers = { 'x-hub-signature-256': `sha256=${hmac(body)}` };
  const { status, body: answer } = await app.client().post('/webhooks/git', body, headers);
  expect([status, answer]).toMatchObject([202, { event: 'push', projects: [id], commits_stored: 1 }]);
  expect((await app.client().post('/webhooks/git', body, headers)).body).toEqual(answer);
});

test('a payload in a form is read too, its signature being over the form', async () => {
  const app = testApp();
  const id = await project(await app.user('alice'));
  const body = `payload=${encodeURIComponent(push('github', [1]))}`;
  const headers = {
    ...SIGNED.github?.(body, 'push', 'd-1'),
    'content-type': 'application/x-www-form-urlencoded',
  };
  const { body: answer } = await app.client().post('/webhooks/git', body, headers);
  expect(answer).toMatchObject({ projects: [id], commits_stored: 1 });
});

test('what is signed and still no push is refused, and so is what is too large', async () => {
  const app = testApp();
  const send = (body: string) =>
    app.client().post('/webhooks/git', body, SIGNED.github?.(body, 'push', randomUUID()));
  for (const body of [
    '',
    'nonsense',
    '[1',
    '"text"',
    '{}',
    '{"ref":1}',
    '{"ref":"x","commits":[{"id":"zz"}]}',
  ]) {
    const { status, body: answer } = await send(body);
    expect([status, answer.code], body).toEqual([400, 'INVALID_INPUT']);
  }
  expect((await send(`"${'x'.repeat(2 * 1024 * 1024)}"`)).body.code).toBe('INVALID_INPUT');
  expect((await send(`"${'x'.repeat(25 * 1024 * 1024)}"`)).body.code).toBe('PAYLOAD_TOO_LARGE');
  expect((await app.client().get('/webhooks/git')).status).toBe(405);
});

/** The guide's example. */
const NEWS = { event_type: 'external_scan_complete', payload: { scan_id: 'scan-999', result: '...' } };

function agentHeaders(app: TestApp, body: string, more: { at?: number; secret?: string } = {}): Headers {
  const timestamp = String(more.at ?? Math.floor(app.clock.now() / 1000));
  return {
    'x-flash-timestamp': timestamp,
    'x-flash-signature-256': `sha256=${hmac(`${timestamp}.${body}`, more.secret)}`,
  };
}

test('what an agent outside tells becomes an event, once', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const body = JSON.stringify({ ...NEWS, payload: { ...NEWS.payload, user_id: alice.id } });
  const headers = agentHeaders(app, body);
  const first = await app.client().post('/webhooks/agent', body, headers);
  expect([first.status, first.body]).toEqual([202, { event_id: expect.any(Number) }]);
  const again = await Promise.all([1, 2].map(() => app.client().post('/webhooks/agent', body, headers)));
  for (const { status, body: answer } of again) expect([status, answer]).toEqual([202, first.body]);
  expect(told(app, 'broadcast')).toEqual([
    { principal_id: alice.id, payload: expect.stringContaining('external_scan_complete') },
  ]);
});

test('a call that names no one goes to the administrators', async () => {
  const app = testApp();
  const [admin, alice] = [await app.admin(), await app.user('alice')];
  const body = JSON.stringify(NEWS);
  const { body: answer } = await app.client().post('/webhooks/agent', body, agentHeaders(app, body));
  const hears = async (it: TestClient) => {
    const stream = await app.app.request('/events/stream', {
      headers: { authorization: `Bearer ${it.token}`, 'last-event-id': '0' },
    });
    setTimeout(app.stop, 300);
    return stream.text();
  };
  const [told, untold] = await Promise.all([hears(admin), hears(alice)]);
  expect(told).toContain(`id: ${answer.event_id}`);
  expect(untold).not.toContain('external_scan_complete');
});

test('an unsigned, altered or stale call is refused', async () => {
  const app = testApp();
  const body = JSON.stringify(NEWS);
  const now = Math.floor(app.clock.now() / 1000);
  const signed = agentHeaders(app, body);
  const wrong: [string, Headers][] = [
    [body, {}],
    [`${body} `, signed],
    [body, { ...signed, 'x-flash-timestamp': String(now + 1) }],
    [body, agentHeaders(app, body, { at: now - 302 })],
    [body, agentHeaders(app, body, { at: now + 305 })],
    [body, agentHeaders(app, body, { at: Number.NaN })],
    [body, agentHeaders(app, body, { secret: 'another' })],
    [body, { 'x-hub-signature-256': `sha256=${hmac(body)}` }],
  ];
  for (const [sent, headers] of wrong) {
    const { status, body: answer } = await app.client().post('/webhooks/agent', sent, headers);
    expect([status, answer.code], JSON.stringify(headers)).toEqual([401, 'SIGNATURE_INVALID']);
  }
  for (const at of [now - 298, now + 298]) {
    const headers = agentHeaders(app, body, { at });
    expect((await app.client().post('/webhooks/agent', body, headers)).status).toBe(202);
  }
  const misshapen = JSON.stringify({ payload: {} });
  const refused = await app.client().post('/webhooks/agent', misshapen, agentHeaders(app, misshapen));
  expect([refused.status, refused.body.issues[0].path]).toEqual([400, 'event_type']);
});

test('both webhooks stand in the document', async () => {
  const { body } = await testApp().client().get('/openapi.json');
  expect(Object.keys(body.paths['/webhooks/git'].post.responses)).toContain('202');
  expect(body.paths['/webhooks/agent'].post.parameters).toHaveLength(2);
  expect(body.paths['/events/stream'].get.responses['200'].content).toHaveProperty(['text/event-stream']);
  expect(Object.keys(body.paths['/files/{file_id}/content'].get.responses)).toEqual(
    expect.arrayContaining(['200', '206', '304', '404', '416']),
  );
});
