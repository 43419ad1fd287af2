/**
 * How fast traces, costs and activity are listed and summed with a million rows of each in the database: by the real
 * server over loopback, one request after the other. `processor` is what the server's process used for each.
 *
 * npm run bench:insight [-- --rows 1000000] [--requests 100]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { closeDatabase, type Db, openDatabase } from '../../db/index.ts';
import { hashPassword } from '../../routers/accounts/auth/passwords.ts';
import { createUser } from '../../routers/accounts/auth/users.ts';
import { clock } from '../../server/process/clock-and-random.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import { firstAnswer, startServer } from './processes.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '100' },
  },
});
const ROWS = Number(values.rows);
const REQUESTS = Number(values.requests);
const USERS = 500;
const DAYS = 180;
const PASSWORD = 'correct horse battery staple';
const DAY_MS = 86_400_000;

const TABLES = [
  ...['llm_traces', 'llm_costs', 'llm_cost_days', 'llm_cost_months'],
  ...['activity_events', 'activity_days', 'activity_totals'],
];

const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
const middle = Math.floor(ROWS / 2);

/** Each request asks for another page, day or run, so that no answer is merely repeated. */
const QUERIES: ((n: number) => string)[] = [
  // What any request takes on the machine as it is.
  () => '/me',
  () => '/llm/traces',
  () => '/llm/traces?limit=100',
  (n) => `/llm/traces?offset=${(n + 5) * 50}`,
  (n) => `/llm/traces?offset=${Math.floor(ROWS / 6) + n}`,
  (n) => `/llm/traces?before_id=${middle - (middle % 5) + 1 + n * 5}`,
  (n) => `/llm/traces?run_id=run-${Math.floor(middle / 3) + n}`,
  () => '/llm/traces?model=gpt-4o-mini',
  () => '/llm/traces?model=none-such',
  () => '/llm/traces?rating=bad',
  () => '/llm/traces?rating=bad&model=o3-mini',
  (n) => `/llm/traces?from=${ago(100 - (n % 50))}&to=${ago(30)}`,
  (n) => `/llm/traces?from=${ago(100 - (n % 50))}&model=o3-mini&rating=good`,
  (n) => `/llm/traces/${middle - (middle % 5) + 1 + n * 5}`,
  () => '/llm/costs',
  () => '/llm/costs?group_by=day',
  () => '/llm/costs?group_by=user',
  (n) => `/llm/costs?from=${ago(90 - (n % 50))}&to=${ago(3)}`,
  (n) => `/llm/costs?from=${ago(150 - (n % 50))}&to=${ago(3)}&group_by=user`,
  () => '/activity/summary',
  (n) => `/activity/summary?from=${ago(100 - (n % 50)).slice(0, 10)}&to=${ago(7).slice(0, 10)}`,
];

const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-bench-insight-'));
const file = path.join(folder, 'insight.db');
try {
  await fill();
  await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function fill(): Promise<void> {
  const db = openDatabase({ file, migrations: resolveInPackage('drizzle') });
  const began = performance.now();
  const password_hash = await hashPassword(PASSWORD);
  for (let n = 0; n <= USERS; n++) {
    const name = n === 0 ? 'admin' : `u${n}`;
    const role = n === 0 ? 'admin' : 'user';
    createUser(db, clock, { email: `${name}@example.com`, username: name, password_hash, role });
  }
  for (const statement of statements()) db.$client.exec(statement);
  const took = Math.round((performance.now() - began) / 1000);
  const rows = TABLES.map((table) => `${table} ${countOf(db, table)}`).join(', ');
  tell(`filled in ${took} s`, rows);
  closeDatabase(db);
}

function countOf(db: Db, table: string): number {
  return (db.$client.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
}

/**
 * Rows over half a year, in the order of time. A fifth of them are of one user (2, the first behind the administrator),
 * three in a hundred traces are rated, and a run is three traces.
 */
function statements(): string[] {
  const start = Date.now() - DAYS * DAY_MS;
  const step = Math.floor((DAYS * DAY_MS) / ROWS);
  const n = `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ${ROWS - 1})`;
  const user = `iif(n % 5 = 0, 2, 2 + abs(random()) % ${USERS})`;
  const at = `${start} + n * ${step}`;
  const model = `iif(n % 2, 'gpt-4o-mini', iif(n % 3, 'claude-sonnet-4-5', iif(n % 5, 'gemini-2.5-flash', 'o3-mini')))`;
  const rating = `iif(abs(random()) % 100 > 2, NULL, iif(n % 2, 'good', iif(n % 3, 'neutral', 'bad')))`;
  const text = `printf('%.*c', 300, 'x')`;
  const page = `iif(n % 3, '/page/' || abs(random()) % 30, NULL)`;
  const type = `iif(n % 2, 'click', iif(n % 3, 'page_view', iif(n % 5, 'scroll', 'submit')))`;
  const day = (column: string) => `date(${column} / 1000, 'unixepoch')`;
  const sums = 'sum(requests), sum(input_tokens), sum(output_tokens), sum(cost_nanos), sum(unpriced)';
  return [
    'BEGIN',
    `INSERT INTO llm_traces (user_id, run_id, model, prompt_excerpt, response_excerpt, url_findings, policy_hits,
       rating, created_at)
     ${n} SELECT ${user}, 'run-' || (n / 3), ${model}, substr(${text}, 1, 200), substr(${text}, 1, 200), '[]', '[]',
       ${rating}, ${at} FROM n`,
    `INSERT INTO llm_trace_texts (trace_id, masked_prompt, response, tool_calls, metadata)
     SELECT id, ${text}, ${text}, '[]', '{}' FROM llm_traces`,
    `INSERT INTO llm_costs (user_id, run_id, model_name, input_tokens, output_tokens, computed_nanos, created_at)
     SELECT user_id, run_id, model, 1200, 400, 420000, created_at FROM llm_traces`,
    `INSERT INTO llm_cost_days
     SELECT user_id, ${day('created_at')}, model_name, count(*), sum(input_tokens), sum(output_tokens),
       sum(computed_nanos), 0 FROM llm_costs GROUP BY 1, 2, 3`,
    `INSERT INTO llm_cost_days
     SELECT user_id, day, '', ${sums} FROM llm_cost_days GROUP BY 1, 2`,
    `INSERT INTO llm_cost_months
     SELECT user_id, substr(day, 1, 7) || '-01', ${sums} FROM llm_cost_days WHERE model_name = '' GROUP BY 1, 2`,
    `INSERT INTO llm_cost_totals
     SELECT day, model_name, ${sums} FROM llm_cost_days WHERE model_name <> '' GROUP BY 1, 2`,
    `INSERT INTO activity_events (user_id, at, event_type, page_name, received_at)
     ${n} SELECT ${user}, ${at}, ${type}, ${page}, ${at} FROM n`,
    `INSERT INTO activity_days
     SELECT user_id, 'type', event_type, ${day('at')}, count(*) FROM activity_events GROUP BY 1, 3, 4`,
    `INSERT INTO activity_days
     SELECT user_id, 'page', page_name, ${day('at')}, count(*) FROM activity_events WHERE page_name IS NOT NULL
     GROUP BY 1, 3, 4`,
    'INSERT INTO activity_totals SELECT kind, name, day, sum(events) FROM activity_days GROUP BY 1, 2, 3',
    'COMMIT',
  ];
}

async function measure(): Promise<void> {
  const served = await startServer('product', { DATABASE_URL: `file:${file}` });
  try {
    await firstAnswer(served, '/health');
    const tokens = { admin: await login(served.url, 'admin'), user: await login(served.url, 'u1') };
    for (const [who, token] of Object.entries(tokens)) {
      for (const query of QUERIES) {
        const times: number[] = [];
        let spent = 0;
        for (let n = -5; n < REQUESTS; n++) {
          if (n === 0) spent = served.cpuSeconds() ?? Number.NaN;
          const began = performance.now();
          const answer = await fetch(served.url + query(n), {
            headers: { authorization: `Bearer ${token}` },
          });
          await answer.arrayBuffer();
          if (!answer.ok) throw new Error(`${query(n)} answered ${answer.status}`);
          // The first ones warm up.
          if (n >= 0) times.push(performance.now() - began);
        }
        const cpu = (((served.cpuSeconds() ?? Number.NaN) - spent) / REQUESTS) * 1000;
        times.sort((a, b) => a - b);
        const of = (share: number) =>
          (times[Math.floor(times.length * share)] as number).toFixed(1).padStart(6);
        tell(
          `${who.padEnd(6)} ${query(0)}`,
          `p50 ${of(0.5)} ms  p95 ${of(0.95)} ms  processor ${cpu.toFixed(1)} ms`,
        );
      }
    }
  } finally {
    await served.stop();
  }
}

async function login(url: string, username: string): Promise<string> {
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: PASSWORD }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

function tell(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(96)} ${figure}\n`);
}
