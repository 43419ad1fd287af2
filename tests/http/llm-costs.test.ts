import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import prices from '../../db/content/prices.json' with { type: 'json' };
import { audit_log, llm_costs, llm_prices } from '../../db/index.ts';
import { costOf, decimalOf, nanosOf } from '../../routers/insight/llm/money.ts';
import { namesOf, priceOf } from '../../routers/insight/llm/prices.ts';
import { testApp } from '../app.ts';

/** The guide's example. */
const COST = { model_name: 'gpt-4o-mini', input_tokens: 1200, output_tokens: 400, cost_usd: 0.0024 };

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

test('money is exact: decimals become whole nano-dollars and back', () => {
  expect([0.0024, '0.15', 2.4e-7, 1e-9, 4e-10, 5e-10, 999_999.999999999].map(nanosOf)).toEqual([
    2_400_000, 150_000_000, 240, 1, 0, 1, 999_999_999_999_999,
  ]);
  expect([150_000_000, 37_500_000, 1, 0].map(decimalOf)).toEqual(['0.15', '0.0375', '0.000000001', '0.00']);
  expect(costOf({ input_nanos: 37_500_000, output_nanos: 0 }, 1, 0)).toBe(38);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9_000_000_000_000_000 }),
      (nanos) => nanosOf(decimalOf(nanos)) === nanos,
    ),
  );
});

test('a model is found by the names its hosts and versions give it', () => {
  const known = new Set(prices.prices.map(({ model }) => model));
  const found = (name: string) => namesOf(name).find((one) => known.has(one)) ?? null;
  const names = {
    'gpt-4o-mini-2024-07-18': 'gpt-4o-mini',
    'GPT-4o-2024-05-13': 'gpt-4o-2024-05-13',
    'gpt-4o-2024-11-20': 'gpt-4o',
    'openai/gpt-4.1-mini': 'gpt-4.1-mini',
    'gpt-4-0613': 'gpt-4',
    'gpt-4-1106-preview': 'gpt-4-1106-preview',
    'claude-3-5-sonnet-latest': 'claude-3-5-sonnet',
    'us.anthropic.claude-3-5-sonnet-20241022-v2:0': 'claude-3-5-sonnet',
    'claude-sonnet-4@20250514': 'claude-sonnet-4',
    'models/gemini-1.5-pro-002': 'gemini-1.5-pro',
    'gemini-2.5-pro-preview-05-06': 'gemini-2.5-pro',
    'gpt-4o-audio-preview': null,
    'gpt-4o-mini-realtime-preview': null,
    'llama3.1:8b': null,
    '2024-07-18': null,
  };
  expect(Object.fromEntries(Object.keys(names).map((name) => [name, found(name)]))).toEqual(names);
});

test('the prices that ship are decimals with a date and a source, each model once and in lower case', () => {
  for (const { model, input, output, date, source } of prices.prices) {
    expect([model, model.toLowerCase()]).toEqual([model, model]);
    for (const price of [input, output]) expect(price).toMatch(/^\d+\.\d{2,4}$/);
    expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
    expect(source).not.toBe('');
  }
  expect(new Set(prices.prices.map(({ model }) => model)).size).toBe(prices.prices.length);
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

test('the sums of days, and any period of them, are what the single calls add up to', async () => {
  const app = testApp();
  const { db } = app.parts;
  const people = [await app.user('alice'), await app.user('bob')];
  const admin = await app.admin();
  const start = app.clock.now();
  for (let n = 0; n < 60; n++) {
    const model_name = ['gpt-4o', 'gpt-4o-mini', 'unknown'][n % 3];
    const cost = { ...COST, model_name, input_tokens: n * 7919, cost_usd: n % 4 === 0 ? n / 1e7 : null };
    await people[n % 2]?.post('/llm/cost', cost);
  }
  const SUMS = `count(*) AS requests, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
    coalesce(sum(coalesce(reported_nanos, computed_nanos)), 0) AS cost_nanos,
    count(*) - count(coalesce(reported_nanos, computed_nanos)) AS unpriced FROM llm_costs`;
  const DAY = `date(created_at / 1000, 'unixepoch') AS day`;
  const days = `SELECT user_id, ${DAY}, model_name, ${SUMS} GROUP BY 1, 2, 3
    UNION ALL SELECT user_id, ${DAY}, '', ${SUMS} GROUP BY 1, 2 ORDER BY 1, 2, 3`;
  const totals = `SELECT ${DAY}, model_name, ${SUMS} GROUP BY 1, 2 ORDER BY 1, 2`;
  const all = (query: string) => db.$client.prepare(query).all();
  expect(all('SELECT * FROM llm_cost_days ORDER BY user_id, day, model_name')).toEqual(all(days));
  expect(all('SELECT * FROM llm_cost_totals ORDER BY day, model_name')).toEqual(all(totals));
  // The calls of a minute are spread over ten days, and the sums are made anew from them.
  db.run('UPDATE llm_costs SET created_at = created_at - id * 14400000');
  for (const query of ['DELETE FROM llm_cost_days', `INSERT INTO llm_cost_days ${days}`]) db.run(query);
  for (const query of ['DELETE FROM llm_cost_totals', `INSERT INTO llm_cost_totals ${totals}`]) db.run(query);
  const calls = db.select().from(llm_costs).all();
  const hour = 3_600_000;
  for (let n = 0; n < 40; n++) {
    const from = Math.floor((start - ((n * 37) % 260) * hour) / 1000) * 1000;
    const to = from + ((n * 53) % 120) * hour;
    const wanted = calls.filter(({ created_at }) => created_at >= from && created_at < to + 1000);
    const query = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    for (const group_by of ['model', 'day', 'user']) {
      const { body } = await admin.get(`/llm/costs?${query}&group_by=${group_by}`);
      const nanos = wanted.reduce((sum, call) => sum + (call.reported_nanos ?? call.computed_nanos ?? 0), 0);
      expect(body.totals).toEqual({
        requests: wanted.length,
        input_tokens: wanted.reduce((sum, call) => sum + call.input_tokens, 0),
        output_tokens: wanted.length * 400,
        cost_usd: nanos / 1e9,
        unpriced: wanted.filter((call) => (call.reported_nanos ?? call.computed_nanos) === null).length,
      });
      const rows = body.rows as { requests: number }[];
      expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(wanted.length);
    }
  }
});

test('reported many times at once, every call is in the sums', async () => {
  const alice = await testApp().user('alice');
  await Promise.all(Array.from({ length: 30 }, () => alice.post('/llm/cost', { ...COST, cost_usd: 0.1 })));
  expect((await alice.get('/llm/costs')).body.totals).toMatchObject({ requests: 30, cost_usd: 3 });
});

test('administrators list, put and remove prices; each change leaves an audit row', async () => {
  const app = testApp();
  const admin = await app.admin();
  const list = async () =>
    new Map((await admin.get('/admin/prices')).body.prices.map((row: { model: string }) => [row.model, row]));
  expect((await list()).get('gpt-4o-mini')).toEqual({
    ...{ model: 'gpt-4o-mini', input: '0.15', output: '0.60', currency: 'USD' },
    ...{ date: expect.any(String), source: 'OpenAI API pricing', edited_at: null },
  });
  const put = await admin.put('/admin/prices/gpt-4o-mini', {
    input: '0.3',
    output: '1.2',
    source: 'contract',
  });
  expect([put.status, put.body]).toMatchObject([200, { input: '0.30', output: '1.20', source: 'contract' }]);
  expect((await admin.post('/llm/cost', COST)).body.computed_usd).toBe(0.00084);
  await admin.put(`/admin/prices/${encodeURIComponent('Meta-Llama/My-Model')}`, { input: '1', output: '2' });
  const mine = { ...COST, model_name: 'meta-llama/my-model' };
  expect((await admin.post('/llm/cost', mine)).body.computed_usd).toBe(0.002);
  expect((await admin.delete('/admin/prices/gpt-4o-mini')).status).toBe(204);
  expect((await admin.delete('/admin/prices/gpt-4o-mini')).status).toBe(404);
  expect((await list()).has('gpt-4o-mini')).toBe(false);
  expect((await admin.post('/llm/cost', COST)).body.computed_usd).toBeNull();
  for (const input of ['-1', '0.1234567891', 'free', 0.15]) {
    expect((await admin.put('/admin/prices/x', { input, output: '1' })).body.issues[0].path).toBe('input');
  }
  const noted = app.parts.db.select().from(audit_log).all();
  expect(noted.map(({ action, target }) => [action, target])).toEqual([
    ['prices.put', 'gpt-4o-mini'],
    ['prices.put', 'meta-llama/my-model'],
    ['prices.remove', 'gpt-4o-mini'],
  ]);
  const alice = await app.user('alice');
  expect((await alice.get('/admin/prices')).status).toBe(403);
  expect((await alice.put('/admin/prices/x', { input: '1', output: '1' })).status).toBe(403);
  expect((await alice.delete('/admin/prices/x')).status).toBe(403);
});

test('a start renews the prices that ship and leaves alone what an administrator changed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-prices-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'it.db');
  const first = testApp({ file });
  const admin = await first.admin();
  await admin.get('/admin/prices');
  first.parts.db.update(llm_prices).set({ input_nanos: 1 }).run();
  await admin.put('/admin/prices/gpt-4o', { input: '9', output: '9' });
  await admin.delete('/admin/prices/o1');
  const { db } = testApp({ file }).parts;
  expect([priceOf(db, 'gpt-4o')?.input_nanos, priceOf(db, 'o1'), priceOf(db, 'o3')?.input_nanos]).toEqual([
    9e9,
    null,
    2e9,
  ]);
});
