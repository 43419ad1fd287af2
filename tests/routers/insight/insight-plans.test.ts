import { expect, test } from 'vitest';
import { type TestClient, testApp } from '../../support/app.ts';

/** Asks for something and returns how SQLite goes about each select it takes, as its planner tells. */
async function plansOf(app: ReturnType<typeof testApp>, it: TestClient, path: string): Promise<string[]> {
  const client = app.deps.db.$client;
  const prepare = client.prepare.bind(client);
  const selects: string[] = [];
  client.prepare = ((text: string) => {
    if (/^select/i.test(text)) selects.push(text);
    return prepare(text);
  }) as typeof client.prepare;
  const { status } = await it.get(path);
  client.prepare = prepare;
  expect([path, status]).toEqual([path, 200]);
  return selects
    .filter((text) => /llm_|activity_/.test(text))
    .map((text) => {
      const nulls = Array.from(text.matchAll(/\?/g), () => null);
      const steps = prepare(`EXPLAIN QUERY PLAN ${text}`).all(...nulls) as { detail: string }[];
      return steps.map(({ detail }) => detail).join('; ');
    });
}

const TRACES: [query: string, owner: string, everyone: string][] = [
  ['', 'traces_owner', 'traces_created'],
  ['offset=1000', 'traces_owner', 'traces_created'],
  ['before_id=1', 'traces_owner', 'traces_created'],
  ['from=2025-10-01&to=2025-10-31', 'traces_owner', 'traces_created'],
  ['model=m', 'traces_owner_model', 'traces_model'],
  ['model=m&from=2025-10-01', 'traces_owner_model', 'traces_model'],
  ['model=m&before_id=1', 'traces_owner_model', 'traces_model'],
  ['rating=bad', 'traces_owner_rated', 'traces_rated'],
  ['rating=bad&to=2025-10-01', 'traces_owner_rated', 'traces_rated'],
  ['rating=bad&model=m', 'traces_owner_rated_model', 'traces_rated_model'],
  ['model=m&from=2025-10-01&to=2025-10-31', 'traces_owner_model', 'traces_model'],
  ['rating=bad&model=m&from=2025-10-01&before_id=1', 'traces_owner_rated_model', 'traces_rated_model'],
  ['run_id=r', 'traces_owner_run', 'traces_run'],
  ['run_id=r&model=m&rating=bad&from=2025-10-01&before_id=1', 'traces_owner_run', 'traces_run'],
];

test('every list of traces takes the index of its filter, in its order', async () => {
  const app = testApp({ alone: true });
  const [alice, admin] = [await app.user('alice'), await app.admin()];
  await alice.post('/llm/traces', { run_id: 'r', prompt: 'a', response: 'b' });
  for (const [query, owner, everyone] of TRACES) {
    for (const [it, index] of [
      [alice, owner],
      [admin, everyone],
      [admin, ''],
    ] as const) {
      const of = index === '' ? `&user_id=${alice.id}` : '';
      const plans = await plansOf(app, it, `/llm/traces?${query}${of}`);
      const [page, count] = plans.filter((plan) => /INDEX traces_/.test(plan));
      expect(page, query).toMatch(new RegExp(`llm_traces USING (COVERING )?INDEX ${index || owner}( |$)`));
      expect(page, query).not.toContain('TEMP B-TREE');
      expect(count, query).toMatch(new RegExp(`llm_traces USING (COVERING )?INDEX ${index || owner}( |;)`));
      // Only the whole list of everyone is read from one end of its index.
      if (/model|rating|run_id|from/.test(query) || index !== everyone)
        expect(page, query).not.toContain('SCAN llm');
      else expect(page, query).toMatch(/S(CAN|EARCH) llm_traces USING COVERING INDEX traces_created/);
    }
  }
});

test('what belongs to one trace is looked up by its index', async () => {
  const app = testApp({ alone: true });
  const alice = await app.user('alice');
  const { body } = await alice.post('/llm/traces', { run_id: 'r', prompt: 'a', response: 'b' });
  const plans = (await plansOf(app, alice, `/llm/traces/${body.trace_id}`)).join('\n');
  expect(plans).not.toMatch(/SCAN|TEMP B-TREE/);
  expect(plans).toContain('llm_costs USING INDEX llm_costs_run');
  expect(plans).toContain('llm_feedback USING INDEX llm_feedback_trace');
});

test('sums of costs are read from sums, and the pieces of days by the index of their time', async () => {
  const app = testApp({ alone: true });
  const [alice, admin] = [await app.user('alice'), await app.admin()];
  const period = 'from=2025-10-02T10:00:00Z&to=2025-12-30T10:00:00Z';
  const LATER = {
    user: 'llm_cost_days USING COVERING INDEX llm_cost_days_together (day>? AND day<?)',
    other: 'llm_cost_totals USING INDEX sqlite_autoindex_llm_cost_totals_1 (day>? AND day<?)',
  };
  for (const group_by of ['model', 'day', 'user']) {
    const by = group_by === 'user' ? 'user' : 'other';
    const plans = async (it: TestClient, table: RegExp) =>
      (await plansOf(app, it, `/llm/costs?${period}&group_by=${group_by}`)).filter((plan) =>
        table.test(plan),
      );
    const mine = await plans(alice, /llm_cost_days/);
    expect(mine).toHaveLength(by === 'user' ? 2 : 1);
    for (const days of mine)
      expect(days).toMatch(
        /^SEARCH llm_cost_days USING INDEX sqlite_autoindex_llm_cost_days_1 \(user_id=\? AND day>/,
      );
    const edges = await plans(alice, /llm_costs/);
    expect(edges).toHaveLength(2);
    for (const edge of edges) expect(edge).toMatch(/^SEARCH llm_costs USING INDEX llm_costs_owner/);
    const all = await plans(admin, /llm_cost_(days|totals)/);
    expect(all).toHaveLength(by === 'user' ? 2 : 1);
    for (const days of all) expect(days).toContain(`SEARCH ${LATER[by]}`);
    const pieces = await plans(admin, /llm_costs/);
    expect(pieces).toHaveLength(2);
    for (const piece of pieces) expect(piece).toMatch(/^SEARCH llm_costs USING INDEX llm_costs_created/);
    const index = 'llm_cost_months USING INDEX sqlite_autoindex_llm_cost_months_1';
    expect(await plans(alice, /llm_cost_months/)).toEqual(
      by === 'user' ? [`SEARCH ${index} (user_id=? AND month>? AND month<?)`] : [],
    );
    expect(await plans(admin, /llm_cost_months/)).toEqual(by === 'user' ? [`SCAN ${index}`] : []);
  }
});

test('a summary of activity reads sums, never events', async () => {
  const app = testApp({ alone: true });
  const [alice, admin] = [await app.user('alice'), await app.admin()];
  for (const [it, table] of [
    [alice, 'activity_days'],
    [admin, 'activity_totals'],
  ] as const) {
    const plans = await plansOf(app, it, '/activity/summary?from=2025-10-01');
    expect(plans).toHaveLength(3);
    for (const plan of plans)
      expect(plan).toMatch(new RegExp(`^SEARCH ${table} USING INDEX sqlite_autoindex_${table}_1`));
  }
});
