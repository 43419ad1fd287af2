import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';
import { withProject } from '../../support/repository.ts';

const MEBIBYTE = 1024 * 1024;

/** Asks forty times for a trace of half a mebibyte and more, in one request. */
async function askForMuch(headers: Record<string, string>): Promise<Response> {
  const { user, app } = testApp();
  const alice = await user('alice');
  const { body: trace } = await alice.post('/llm/traces', {
    run_id: 'r',
    prompt: 'word '.repeat(MEBIBYTE / 2),
    response: null,
  });
  const names = Array(calls).fill('llm.getTrace').join(',');
  const input = JSON.stringify(
    Object.fromEntries(Array.from({ length: calls }, (_, i) => [i, { trace_id: trace.trace_id }])),
  );
  return app.request(`/trpc/${names}?batch=1&input=${encodeURIComponent(input)}`, {
    headers: { authorization: `Bearer ${alice.token}`, ...headers },
  });
}

const calls = 40;

test('a batch is cut off at 32 MiB, with an error for the calls that did not fit', async () => {
  const response = await askForMuch({});
  expect(response.status).toBe(207);
  const text = await response.text();
  expect(text.length).toBeLessThan(34 * MEBIBYTE);
  const answers = JSON.parse(text);
  expect(answers).toHaveLength(calls);
  const fitting = answers.filter((answer: object) => 'result' in answer).length;
  expect(fitting).toBeGreaterThan(5);
  const codes = answers
    .slice(fitting)
    .map(({ error }: { error: { data: { code: string } } }) => error.data.code);
  expect(new Set(codes)).toEqual(new Set(['ANSWER_TOO_LARGE']));
}, 60_000);

test('a batch whose answers are streamed is cut off too', async () => {
  const response = await askForMuch({ 'trpc-accept': 'application/jsonl' });
  const text = await response.text();
  expect(text.length).toBeGreaterThan(5 * MEBIBYTE);
  expect(text.length).toBeLessThan(36 * MEBIBYTE);
  expect(text).toContain('ANSWER_TOO_LARGE');
}, 60_000);

test('of the tool calls of a job an answer has the newest that fit', async () => {
  const { alice, path } = await withProject();
  const { body: job } = await alice.post(`${path.replace('/git/', '/projects/')}/jobs`, { job_type: 'a' });
  for (let n = 0; n < 12; n++) {
    const call = { run_id: job.id, tool_name: `tool ${n}`, tool_output: 'x'.repeat(MEBIBYTE - 1000) };
    expect((await alice.post('/agent/callbacks/tool', call)).status).toBeLessThan(300);
  }
  const { body } = await alice.get(`${path.replace('/git/', '/projects/')}/jobs/${job.id}`);
  expect(body.tool_invocations.map((call: { tool_name: string }) => call.tool_name)).toEqual(
    Array.from({ length: 8 }, (_, i) => `tool ${i + 4}`),
  );
}, 60_000);

test('URLs of diffs and traces count against a rate of their own, and leave that of scans alone', async () => {
  const { alice, path, app } = await withProject(testApp({ rate_limits: true }));
  const lines = (from: number) =>
    Array.from({ length: 1000 }, (_, i) => `+http://example.com/${from + i}\n`).join('');
  const commit = { author_email: 'a@example.com', message: 'm', timestamp: '2025-10-28T10:30:00Z' };
  await alice.post(`${path}/commits`, { ...commit, commit_hash: 'a1b2c3d4e5' });
  const addDiff = (from: number) =>
    alice.post(`${path}/commits/a1b2c3d4e5/diff`, {
      diff_content: `--- a/x\n+++ b/x\n@@ -0,0 +1,1000 @@\n${lines(from)}`,
    });
  expect((await addDiff(0)).status).toBe(201);
  expect((await addDiff(1000)).status).toBe(201);
  const { status, body } = await addDiff(2000);
  expect([status, body.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
  expect((await alice.post('/scan/analyze', { url: 'http://example.com/' })).status).toBe(200);
  expect(app.deps.turns).toBeDefined();
}, 60_000);
