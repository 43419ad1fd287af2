import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';
import { COST } from '../../support/llm.ts';

test('the guide’s cost is kept beside what the price table computes, and is far from it', async () => {
  const alice = await testApp().user('alice');
  const { status, body } = await alice.post('/llm/cost', COST);
  expect([status, body]).toEqual([
    201,
    { id: expect.any(Number), cost_usd: 0.0024, computed_usd: 0.00042, differs: true },
  ]);
});

test('what is not reported is computed; an unknown model is unpriced unless it is reported', async () => {
  const alice = await testApp().user('alice');
  const of = async (more: object) => (await alice.post('/llm/cost', { ...COST, ...more })).body;
  const none = { cost_usd: undefined };
  expect(await of(none)).toMatchObject({ cost_usd: 0.00042, computed_usd: 0.00042, differs: false });
  expect(await of({ cost_usd: 0.0005 })).toMatchObject({ cost_usd: 0.0005, differs: false });
  expect(await of({ cost_usd: 0.000505 })).toMatchObject({ differs: true });
  expect(await of({ cost_usd: 0 })).toMatchObject({ cost_usd: 0, differs: true });
  const mine = { model_name: 'my-own-model' };
  expect(await of({ ...mine, ...none })).toMatchObject({
    cost_usd: null,
    computed_usd: null,
    differs: false,
  });
  expect(await of(mine)).toMatchObject({ cost_usd: 0.0024, computed_usd: null, differs: false });
  const { body } = await alice.get('/llm/costs');
  expect(body.totals).toMatchObject({ requests: 6, input_tokens: 7200, output_tokens: 2400, unpriced: 1 });
  expect(body.totals.cost_usd).toBe(0.00042 + 0.0005 + 0.000505 + 0.0024);
});

test('what does not fit its shape is refused, with the field', async () => {
  const alice = await testApp().user('alice');
  const wrong: [object, string][] = [
    [{ model_name: ' ' }, 'model_name'],
    [{ input_tokens: -1 }, 'input_tokens'],
    [{ output_tokens: 1.5 }, 'output_tokens'],
    [{ cost_usd: '0.1' }, 'cost_usd'],
    [{ cost_usd: -0.1 }, 'cost_usd'],
  ];
  for (const [more, path] of wrong) {
    const { status, body } = await alice.post('/llm/cost', { ...COST, ...more });
    expect([status, body.issues?.[0]?.path]).toEqual([400, path]);
  }
  expect((await alice.get('/llm/costs?group_by=week')).status).toBe(400);
});

test('costs are totalled by model, day and user; each sees his own, an administrator everyone’s', async () => {
  const app = testApp();
  const [alice, bob, admin] = [await app.user('alice'), await app.user('bob'), await app.admin()];
  await alice.post('/llm/cost', COST);
  await alice.post('/llm/cost', { ...COST, model_name: 'gpt-4o', cost_usd: 1 });
  await bob.post('/llm/cost', { ...COST, cost_usd: 3 });
  const sums = { requests: 1, input_tokens: 1200, output_tokens: 400, unpriced: 0 };
  const mine = (await alice.get('/llm/costs')).body;
  expect(mine).toEqual({
    group_by: 'model',
    rows: [
      { model: 'gpt-4o', ...sums, cost_usd: 1 },
      { model: 'gpt-4o-mini', ...sums, cost_usd: 0.0024 },
    ],
    totals: { requests: 2, input_tokens: 2400, output_tokens: 800, unpriced: 0, cost_usd: 1.0024 },
  });
  const all = (await admin.get('/llm/costs?group_by=user')).body;
  const named = all.rows.map(({ user_id, cost_usd }: { user_id: string; cost_usd: number }) => [
    user_id,
    cost_usd,
  ]);
  const id = async (it: typeof bob) => (await it.get('/me')).body.user_id;
  expect(named).toEqual([
    [await id(bob), 3],
    [await id(alice), 1.0024],
  ]);
  expect((await admin.get(`/llm/costs?user_id=${bob.id}`)).body.totals.cost_usd).toBe(3);
  expect((await bob.get(`/llm/costs?user_id=${alice.id}`)).status).toBe(404);
  const byDay = (await alice.get('/llm/costs?group_by=day')).body.rows;
  expect(byDay).toEqual([{ day: new Date(app.clock.now()).toISOString().slice(0, 10), ...mine.totals }]);
});

test('the costs of a run stand with its traces', async () => {
  const { user } = testApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const run_id = 'llm-run-987';
  const { body } = await alice.post('/llm/traces', { run_id, prompt: 'a', response: 'b' });
  for (const it of [alice, bob]) await it.post('/llm/cost', { ...COST, run_id });
  await alice.post('/llm/cost', { ...COST, run_id, cost_usd: null, model_name: 'unknown' });
  const { cost } = (await alice.get(`/llm/traces/${body.trace_id}`)).body;
  expect(cost).toEqual({
    requests: 2,
    input_tokens: 2400,
    output_tokens: 800,
    cost_usd: 0.0024,
    unpriced: 1,
  });
});
