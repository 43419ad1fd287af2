import fc from 'fast-check';
import { expect, test } from 'vitest';
import { llm_costs, users } from '../../../db/index.ts';
import { toDecimal } from '../../../routers/insight/llm/money.ts';
import { toUtcDayStart } from '../../../routers/insight/utc-days.ts';
import { PASSWORD, type TestClient, testApp } from '../../support/app.ts';
import { COST } from '../../support/llm.ts';

const HOUR = 3_600_000;

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
      const { $client } = app.deps.db;
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
          const input = toDecimal(step.nanos);
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
  const calls = app.deps.db.select().from(llm_costs).all();
  const named = new Map(
    app.deps.db
      .select()
      .from(users)
      .all()
      .map(({ id, user_id }) => [id, user_id]),
  );
  const now = app.clock.now();
  for (const { back, length, whole } of periods) {
    const from = Math.floor((now - (back ?? 0) * HOUR) / 1000) * 1000;
    const to = from + (length ?? 0) * HOUR;
    const [first, last] = whole ? [toUtcDayStart(from), toUtcDayStart(to) + 24 * HOUR] : [from, to + 1000];
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
