import { expect, test } from 'vitest';
import { type Answer, type TestClient, testApp } from '../../support/app.ts';
import { projectOf } from '../../support/queue.ts';
import { COMMIT } from '../../support/repository.ts';

const EN = { 'accept-language': 'en' };

/** The status, and the field and the sentence of each issue. */
const told = ({ status, body }: Answer) => [
  status,
  (body.issues ?? []).map((issue: { path: string; message: string }) => [issue.path, issue.message]),
];

async function aliceWithProject() {
  const app = testApp();
  const alice = await app.user('alice');
  return { app, alice, project_id: await projectOf(alice, 'repository') };
}

test('figures that are too large are refused, and the next scan works', async () => {
  const { alice, project_id } = await aliceWithProject();
  const scan = (fields: object) =>
    alice.post(`/git/${project_id}/scan`, { file_tree: [], total_loc: 1, language_stats: {}, ...fields });
  for (const wrong of [{ language_stats: { a: 1e308 } }, { avg_complexity: 1e308 }, { total_loc: 2 ** 60 }]) {
    expect((await scan({ language_stats: { a: 1 } })).status).toBe(200);
    expect((await scan(wrong)).status, JSON.stringify(wrong)).toBe(400);
    expect((await scan({ language_stats: { a: 1 } })).status).toBe(200);
  }
});

test('what was there already is answered 200 in the same form as the first time', async () => {
  const { alice, project_id } = await aliceWithProject();
  const register = () => alice.post('/git/projects/register', { name: 'a', local_path: '/a' });
  const commit = () => alice.post(`/git/${project_id}/commits`, COMMIT);
  for (const send of [register, commit]) {
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(Object.keys(second.body)).toEqual(Object.keys(first.body));
    expect(second.body.id).toBe(first.body.id);
  }
});

test('a change without fields changes nothing', async () => {
  const app = testApp();
  const admin = await app.admin();
  const list = async () => JSON.stringify((await admin.get('/admin/rewards')).body);
  const before = await list();
  app.clock.advance('61s');
  for (const send of [
    () => admin.put('/admin/rewards/RWD-003'),
    () => admin.put('/admin/rewards/RWD-003', {}),
  ])
    expect([200, 400]).toContain((await send()).status);
  expect(await list()).toBe(before);
});

test('a flag needs a value', async () => {
  const admin = await testApp().admin();
  for (const body of [{ value: null }, {}]) {
    const answer = await admin.put('/admin/config/new_scanner', body, EN);
    expect(told(answer)[0]).toBe(400);
    expect(answer.body.issues[0].path).toBe('value');
    expect(answer.body.issues[0].message).not.toMatch(/4096/);
  }
});

test('wrong dates, zones, options, hashes and blanks are explained with an example and their field', async () => {
  const { app, alice, project_id } = await aliceWithProject();
  const admin = await app.admin();
  const question = { question: 'q', options: ['0', '0'], correct_index: 0 };
  const calls: [string, (client: TestClient) => Promise<Answer>, string, RegExp][] = [
    ['day', (c) => c.get('/activity/summary?from=x', EN), 'from', /2025-10-01/],
    ['day', (c) => c.get('/llm/costs?to=2025-13-01', EN), 'to', /2025-10-01/],
    ['day', (c) => c.get('/llm/traces?from=yesterday', EN), 'from', /2025-10-01/],
    [
      'zone',
      (c) => c.put('/settings', { preferences: { timezone: '0' } }, EN),
      'preferences.timezone',
      /Asia\/Seoul/,
    ],
    [
      'zone',
      (c) => c.put('/settings', { preferences: { timezone: 'Mars/X' } }, EN),
      'preferences.timezone',
      /Asia\/Seoul/,
    ],
    [
      'options',
      (c) => c.post('/quiz/generated', { questions: [question] }, EN),
      'questions.0.options',
      /differ/,
    ],
    ['neither', (c) => c.post('/quiz/pools/generate', {}, EN), 'code', /job_id/],
    [
      'blank',
      (c) =>
        c.post('/activity/logs', { events: [{ timestamp: '2025-01-01T00:00:00Z', event_type: ' ' }] }, EN),
      'events.0.event_type',
      /blank|empty|character/i,
    ],
    [
      'hash',
      (c) => c.post(`/git/${project_id}/commits/12/diff`, { diff_content: 'x' }, EN),
      'commit_id',
      /hash/i,
    ],
  ];
  for (const [what, call, path, sentence] of calls) {
    const { status, body } = await call(alice);
    expect([what, status, body.issues?.[0]?.path], JSON.stringify(body)).toEqual([what, 400, path]);
    expect(body.issues[0].message).toMatch(sentence);
    expect(body.issues[0].message).not.toMatch(/Invalid input|\\|\^|\$|string/);
  }
  expect((await admin.get('/admin/audit?from=x', EN)).body.issues[0].path).toBe('from');
});

test('a form with a part that is named with a control character says so', async () => {
  const { alice } = await aliceWithProject();
  const boundary = 'x';
  const body = `--${boundary}\r\nContent-Disposition: form-data; name="fi\u0001le"\r\n\r\nx\r\n--${boundary}--\r\n`;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, ...EN };
  const answer = await alice.send('/files', { method: 'POST', headers, body });
  expect(answer.status).toBe(400);
  expect(answer.body.code).toBe('INVALID_INPUT');
});
