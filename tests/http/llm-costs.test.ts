import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import prices from '../../db/content/prices.json' with { type: 'json' };
import { audit_log, llm_costs, llm_prices, users } from '../../db/index.ts';
import { startOfDay } from '../../routers/insight/days.ts';
import { costOf, decimalOf, nanosOf } from '../../routers/insight/llm/money.ts';
import { namesOf, priceOf } from '../../routers/insight/llm/prices.ts';
import { PASSWORD, type TestClient, testApp } from '../app.ts';

const HOUR = 3_600_000;

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

const call = fc.record({
  do: fc.constant('call' as const),
  who: fc.nat(2),
  model_name: fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'unknown'),
  input_tokens: fc.nat(100_000),
  cost_usd: fc.option(fc.integer({ max: 1e7, min: 0 }).map((nanos) => nanos / 1e9)),
  /** how long after the last one */
  hours: fc.oneof(fc.nat(20), fc.nat(40 * 24)),
});
const history = fc.record({
  steps: fc.array(
    fc.oneof(
      { arbitrary: call, weight: 9 },
      fc.record({ do: fc.constant('price' as const), nanos: fc.nat(1e6) }),
    ),
    {
      minLength: 20,
      maxLength: 40,
    },
  ),
  /** how many hours before the last call a period begins, and how long it is; null has no such end */
  periods: fc.array(
    fc.record({ back: fc.option(fc.nat(9000)), length: fc.option(fc.nat(9000)), whole: fc.boolean() }),
    {
      minLength: 5,
      maxLength: 5,
    },
  ),
});

const SUMS = `count(*) AS requests, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
  coalesce(sum(coalesce(reported_nanos, computed_nanos)), 0) AS cost_nanos,
  count(*) - count(coalesce(reported_nanos, computed_nanos)) AS unpriced FROM llm_costs`;
const DAY = `date(created_at / 1000, 'unixepoch') AS day`;
const MONTH = `date(created_at / 1000, 'unixepoch', 'start of month') AS month`;
/** Each table of sums, and how it is made anew from the single calls. */
const ANEW = {
  llm_cost_days: `SELECT user_id, ${DAY}, model_name, ${SUMS} GROUP BY 1, 2, 3
    UNION ALL SELECT user_id, ${DAY}, '', ${SUMS} GROUP BY 1, 2`,
  llm_cost_months: `SELECT user_id, ${MONTH}, ${SUMS} GROUP BY 1, 2`,
  llm_cost_totals: `SELECT ${DAY}, model_name, ${SUMS} GROUP BY 1, 2`,
};

test('the sums, and any period of them, are what the single calls add up to, whatever happened', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ steps, periods }) => {
      const app = testApp();
      const { $client } = app.parts.db;
      const all = (query: string) => $client.prepare(query).all();
      const kept = (table: string) => all(`SELECT * FROM ${table} ORDER BY 1, 2, 3`);
      const people = [await app.user('alice'), await app.user('bob'), await app.user('carol')];
      const admin = await app.admin();
      // From the past to now, so that no login runs out.
      const now = app.clock.now();
      let left = steps.reduce((sum, step) => sum + (step.do === 'call' ? step.hours : 0), 0);
      app.clock.now = () => now - left * HOUR;
      for (const step of steps) {
        if (step.do === 'price') {
          const input = decimalOf(step.nanos);
          await admin.put('/admin/prices/gpt-4o', { input, output: input });
          continue;
        }
        const { who, hours, model_name, input_tokens, cost_usd } = step;
        left -= hours;
        await people[who]?.post('/llm/cost', { model_name, input_tokens, output_tokens: 400, cost_usd });
      }
      for (const [table, anew] of Object.entries(ANEW)) {
        expect(kept(table), table).toEqual(all(`SELECT * FROM (${anew}) ORDER BY 1, 2, 3`));
      }
      await comparePeriods(app, admin, periods);
      const totals = kept('llm_cost_totals');
      expect((await people[1]?.mutate('me.remove', { password: PASSWORD }))?.status).toBe(200);
      for (const table of ['llm_cost_days', 'llm_cost_months'] as const) {
        expect(kept(table), table).toEqual(all(`SELECT * FROM (${ANEW[table]}) ORDER BY 1, 2, 3`));
      }
      // Nobody is named in these.
      expect(kept('llm_cost_totals')).toEqual(totals);
      await comparePeriods(app, admin, periods, ['user']);
    }),
    { numRuns: 5 },
  );
}, 120_000);

/** Asks for each period and compares with what the single calls in it add up to. */
async function comparePeriods(
  app: ReturnType<typeof testApp>,
  admin: TestClient,
  periods: { back: number | null; length: number | null; whole: boolean }[],
  groupings = ['model', 'day', 'user'],
): Promise<void> {
  const calls = app.parts.db.select().from(llm_costs).all();
  const named = new Map(
    app.parts.db
      .select()
      .from(users)
      .all()
      .map(({ id, user_id }) => [id, user_id]),
  );
  const now = app.clock.now();
  for (const { back, length, whole } of periods) {
    const from = Math.floor((now - (back ?? 0) * HOUR) / 1000) * 1000;
    const to = from + (length ?? 0) * HOUR;
    const [first, last] = whole ? [startOfDay(from), startOfDay(to) + 24 * HOUR] : [from, to + 1000];
    const told = (instant: number) => new Date(instant).toISOString().slice(0, whole ? 10 : undefined);
    const query = `${back === null ? '' : `from=${told(from)}&`}${length === null ? '' : `to=${told(to)}&`}`;
    const wanted = calls.filter(
      ({ created_at }) => (back === null || created_at >= first) && (length === null || created_at < last),
    );
    for (const group_by of groupings) {
      const { body } = await admin.get(`/llm/costs?${query}group_by=${group_by}`);
      const keyOf = (call: (typeof calls)[number]) =>
        ({
          model: call.model_name,
          day: new Date(call.created_at).toISOString().slice(0, 10),
          user: named.get(call.user_id),
        })[group_by];
      const groups = new Map<string | undefined, typeof wanted>();
      for (const call of wanted) groups.set(keyOf(call), [...(groups.get(keyOf(call)) ?? []), call]);
      const rows = body.rows.map(({ model, day, user_id, ...sums }: Record<string, unknown>) => [
        model ?? day ?? user_id,
        sums,
      ]);
      expect(new Map(rows), query).toEqual(new Map([...groups].map(([key, some]) => [key, summed(some)])));
      expect(body.totals).toEqual(summed(wanted));
    }
  }
}

function summed(calls: (typeof llm_costs.$inferSelect)[]) {
  const costs = calls.map((call) => call.reported_nanos ?? call.computed_nanos);
  const total = (numbers: (number | null)[]) => numbers.reduce<number>((sum, n) => sum + (n ?? 0), 0);
  return {
    requests: calls.length,
    input_tokens: total(calls.map((call) => call.input_tokens)),
    output_tokens: total(calls.map((call) => call.output_tokens)),
    cost_usd: total(costs) / 1e9,
    unpriced: costs.filter((cost) => cost === null).length,
  };
}

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
