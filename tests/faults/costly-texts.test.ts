import { expect, test } from 'vitest';
import { type TestApp, testApp } from '../support/app.ts';
import { cpuMilliseconds } from '../support/cpu.ts';
import { COMMIT, DIFF, HASH, withProject } from '../support/repository.ts';

/** Alice's project with a commit that takes diffs. */
async function withCommit(app = testApp()) {
  const project = await withProject(app);
  await project.alice.post(`${project.path}/commits`, COMMIT);
  const addDiff = (diff_content: string) =>
    project.alice.post(`${project.path}/commits/${HASH}/diff`, { diff_content });
  return { ...project, addDiff };
}

/** The longest time for which the event loop did nothing else while `work` ran, less what the machine takes anyway. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 5);
  await work();
  clearInterval(timer);
  return longest;
}

const header = (line: string) => `--- a\n+++ b\n${line}\n+a\n`;
const SLOW_DIFFS: [name: string, diff: string][] = [
  ['digits of a hunk', header(`@@ -${'1'.repeat(40_000)}`)],
  ['slashes of a header', `diff --git ${'a/'.repeat(30_000)}\n`],
  ['brackets after links', added(`http://a.bc/${')'.repeat(9_980)}`, 8)],
  ['links without end', added(`http://${'a.bc/http://'.repeat(800)}`, 8)],
  ['e-mail addresses', added(`https:${'a@'.repeat(4_900)}`, 8)],
  ['dots', added(`https://${'a.'.repeat(4_900)}`, 8)],
  ['blanks', added(`https:${' '.repeat(9_900)}x`, 8)],
];

function added(line: string, times: number): string {
  return `--- a/x\n+++ b/x\n@@ -0,0 +1,${times} @@\n${`+${line}\n`.repeat(times)}`;
}

test.each(SLOW_DIFFS)(
  'a diff with many %s does not hold the process',
  async (_, diff) => {
    const { addDiff } = await withCommit();
    await addDiff(DIFF);
    const cost = await cpuMilliseconds(async () => expect((await addDiff(diff)).status).toBeLessThan(500), 1);
    expect(cost).toBeLessThan(8_000);
    expect(await longestStall(() => addDiff(diff))).toBeLessThan(1_000);
  },
  60_000,
);

test('what takes too long costs its sender an error, and the next is answered', async () => {
  const { addDiff } = await withCommit(testApp({ task_deadline_ms: 1 }));
  const large = added('http://example.com/a', 40_000);
  const { status, body } = await addDiff(large);
  expect([status, body.code]).toEqual([400, 'TOO_EXPENSIVE']);
  expect((await addDiff(DIFF)).status).toBe(201);
}, 60_000);

test('what takes too much memory costs its sender an error, and the next is answered', async () => {
  const { addDiff } = await withCommit();
  const { status, body } = await addDiff(`--- a\n+++ b\n@@ -0,0 +1,2000000 @@\n${'+\n'.repeat(2_000_000)}`);
  expect([status, body.code]).toEqual([400, 'TOO_EXPENSIVE']);
  expect((await addDiff(added('http://example.com/a', 4_000))).status).toBe(201);
}, 60_000);

async function trace(app: TestApp, more: object) {
  const alice = await app.user('alice');
  return alice.post('/llm/traces', { run_id: 'r', prompt: 'p', response: null, ...more });
}

test('names of fields are bounded, and masking them costs what their characters do', async () => {
  const app = testApp();
  const long = { ['k'.repeat(100_000)]: Array(100).fill('a') };
  expect((await trace(app, { metadata: long })).status).toBe(400);
  const alice = await app.client();
  const events = Array.from({ length: 60 }, () => ({
    event_type: 'x',
    ['k'.repeat(190)]: Array(500).fill(''),
  }));
  await alice.post('/auth/login', { email: 'alice@example.com', password: 'correct horse battery staple' });
  const cost = await cpuMilliseconds(() => alice.post('/activity/logs', { events }), 1);
  expect(cost).toBeLessThan(10_000);
}, 60_000);

test('a large trace is masked like a small one', async () => {
  const app = testApp();
  const filler = 'Nothing in particular. '.repeat(2_000);
  const response = `${filler} call 010-1234-5678, see https://example.com/a ${filler}`;
  const { body } = await trace(app, { prompt: `${filler} kim@example.com`, response });
  expect(body.masked_prompt).toContain('[EMAIL_1]');
  expect(body.url_findings).toMatchObject([{ domain: 'example.com' }]);
}, 60_000);

test('a large tree is stored and compared like a small one', async () => {
  const { alice, path } = await withProject();
  const tree = Array.from({ length: 5_000 }, (_, i) => ({ path: `src/folder/file${i}.ts`, size: i }));
  const first = await alice.post(`${path}/scan`, { file_tree: tree });
  expect(first.body).toMatchObject({ files: 5_000, delta: null });
  const second = await alice.post(`${path}/scan`, { file_tree: tree.slice(1) });
  expect(second.body.delta).toMatchObject({ files: -1, files_removed: 1, removed: ['src/folder/file0.ts'] });
  const bad = await alice.post(`${path}/scan`, { file_tree: [...tree, { size: 1 }] });
  expect(bad.body.issues[0].path).toBe('file_tree.5000.path');
}, 60_000);
