import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { llm_trace_texts } from '../../../db/index.ts';
import { deletePromptsBefore } from '../../../routers/insight/llm/retention.ts';
import { testApp } from '../../support/app.ts';
import { add, FEEDBACK, TRACE } from '../../support/llm.ts';

test('the same run again is a second trace, and feedback by run goes to the newest of mine', async () => {
  const { user, clock } = testApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const first = await add(alice);
  clock.advance('1s');
  const second = await add(alice);
  clock.advance('1s');
  await add(bob);
  expect(second.trace_id).not.toBe(first.trace_id);
  expect((await alice.post('/llm/feedback', FEEDBACK)).body.trace_id).toBe(second.trace_id);
  const by = async (trace_id: unknown) =>
    (await alice.post('/llm/feedback', { trace_id, rating: 'bad' })).body;
  expect((await by(first.trace_id)).trace_id).toBe(first.trace_id);
  expect((await by(String(first.trace_id))).trace_id).toBe(first.trace_id);
  const named = await add(alice, { run_id: String(first.trace_id) });
  expect((await by(String(first.trace_id))).trace_id).toBe(named.trace_id);
  expect((await by('no-such-run')).code).toBe('NOT_FOUND');
  const { body } = await alice.get(`/llm/traces/${first.trace_id}`);
  expect([body.rating, body.feedback.length]).toEqual(['bad', 2]);
});

test("another user's trace is not there; an administrator sees it", async () => {
  const app = testApp();
  const [alice, bob, admin] = [await app.user('alice'), await app.user('bob'), await app.admin()];
  const { trace_id } = await add(alice);
  expect((await bob.get(`/llm/traces/${trace_id}`)).status).toBe(404);
  expect((await bob.get(`/llm/traces?before_id=${trace_id}`)).status).toBe(404);
  for (const it of [trace_id, TRACE.run_id]) {
    expect((await bob.post('/llm/feedback', { trace_id: it, rating: 'good' })).status).toBe(404);
  }
  expect((await bob.get('/llm/traces')).body).toEqual({
    total: 0,
    next_cursor: null,
    total_is_exact: true,
    traces: [],
  });
  expect((await bob.get(`/llm/traces?user_id=${alice.id}`)).status).toBe(404);
  expect((await admin.get(`/llm/traces/${trace_id}`)).status).toBe(200);
  expect((await admin.get('/llm/traces')).body.total).toBe(1);
  const { user_id } = (await alice.get('/me')).body;
  expect((await admin.get(`/llm/traces?user_id=${user_id}`)).body.total).toBe(1);
  expect((await admin.get(`/llm/traces?user_id=${bob.id}`)).body.total).toBe(0);
  expect((await admin.get('/llm/traces?user_id=user_20000101_001')).status).toBe(404);
});

test('the list is filtered and paged, the newest first', async () => {
  const { user, clock } = testApp();
  const alice = await user('alice');
  const ids: number[] = [];
  for (let n = 0; n < 6; n++) {
    const model = n % 2 === 0 ? 'even' : 'odd';
    ids.unshift((await add(alice, { run_id: `run-${n % 3}`, model })).trace_id);
    if (n !== 3) clock.advance('2m');
  }
  await alice.post('/llm/feedback', { trace_id: 'run-0', rating: 'bad' });
  const list = async (query: string) => {
    const { status, body } = await alice.get(`/llm/traces?${query}`);
    expect(status).toBe(200);
    return body.traces.map(({ trace_id }: { trace_id: number }) => trace_id);
  };
  expect(await list('')).toEqual(ids);
  expect(await list('model=even')).toEqual([ids[1], ids[3], ids[5]]);
  expect(await list('run_id=run-0')).toEqual([ids[2], ids[5]]);
  expect(await list('rating=bad')).toEqual([ids[2]]);
  expect(await list('rating=bad&model=even&run_id=run-0')).toEqual([]);
  const pages: number[] = [];
  for (
    let page = await list('limit=2');
    page.length > 0;
    page = await list(`limit=2&before_id=${page.at(-1)}`)
  )
    pages.push(...page);
  expect(pages).toEqual(ids);
  expect(await list('limit=2&offset=3')).toEqual(ids.slice(3, 5));
  expect(await list('offset=1000000')).toEqual([]);
  const { created_at } = (await alice.get(`/llm/traces/${ids[2]}`)).body;
  expect(await list(`from=${created_at}`)).toEqual(ids.slice(0, 3));
  // Written at once with it, which a busy machine may do a second later.
  const { created_at: then } = (await alice.get(`/llm/traces/${ids[1]}`)).body;
  expect(await list(`to=${then}`)).toEqual(ids.slice(1));
  expect(await list(`from=2020-01-01&to=2020-12-31`)).toEqual([]);
  expect((await alice.get('/llm/traces?limit=1&model=odd')).body.total).toBe(3);
});

test('a total is counted as far as anyone reads it', async () => {
  const { user, deps } = testApp();
  const alice = await user('alice');
  deps.db.run(sql`
    with recursive n(n) as (select 1 union all select n + 1 from n where n < 10000)
    insert into llm_traces (user_id, run_id, url_findings, policy_hits, created_at)
    select ${alice.id}, 'r', '[]', '[]', n from n`);
  expect((await alice.get('/llm/traces')).body).toMatchObject({ total: 10_000, total_is_exact: true });
  await add(alice);
  expect((await alice.get('/llm/traces')).body).toMatchObject({ total: 10_000, total_is_exact: false });
});

test('the texts of old traces are forgotten, what they were stays', async () => {
  const { user, deps, clock } = testApp();
  const alice = await user('alice');
  const old = await add(alice, { response: 'https://evil.example' });
  await alice.post('/llm/feedback', FEEDBACK);
  clock.advance('40m');
  const young = await add(alice);
  expect(await deletePromptsBefore(deps, clock.now() - 1_800_000)).toBe(1);
  expect(await deletePromptsBefore(deps, clock.now() - 1_800_000)).toBe(0);
  expect((await alice.get(`/llm/traces/${old.trace_id}`)).body).toMatchObject({
    ...{ prompt: null, masked_prompt: null, response: null, tool_calls: [], metadata: {} },
    ...{ rating: 'good', model: 'gpt-4o-mini', url_findings: [{ analysis_result: 'dangerous' }] },
  });
  const [first, second] = (await alice.get('/llm/traces')).body.traces;
  expect([first.prompt_excerpt, second.prompt_excerpt]).toEqual([TRACE.masked_prompt, null]);
  expect(deps.db.select().from(llm_trace_texts).all()).toMatchObject([{ trace_id: young.trace_id }]);
});
