import type { Db } from '../../db/index.ts';

const DAY_MS = 86_400_000;
const DAYS = 180;

export interface Amounts {
  users: number;
  /** of each kind of history, over all users; a fifth of them are of `me` */
  rows: number;
}

/**
 * Fills a database as so many users leave it after half a year: every kind of row that grows, in the order of time.
 * `me` owns a fifth of all of it, so that one person's long history is measured together with everyone's.
 */
export function fill(db: Db, { users, rows }: Amounts, me: number): void {
  const client = db.$client;
  client.pragma('synchronous = OFF');
  client.pragma('foreign_keys = OFF');
  client.pragma('cache_size = -200000');
  for (const statement of statements(users, rows, me, Date.now())) client.exec(statement);
  client.pragma('cache_size = -16000');
  client.pragma('foreign_keys = ON');
  client.pragma('synchronous = NORMAL');
  client.pragma('wal_checkpoint(TRUNCATE)');
}

function statements(users: number, rows: number, me: number, now: number): string[] {
  const first = 1000;
  const start = now - DAYS * DAY_MS;
  const today = Math.floor(now / DAY_MS);
  const n = (count: number) =>
    `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n LIMIT ${count})`;
  const at = (count: number) => `${start} + n * ${Math.max(1, Math.floor((DAYS * DAY_MS) / count))}`;
  const owner = `iif(n % 5 = 0, ${me}, ${first} + abs(random()) % ${users})`;
  const some = Math.max(10, Math.floor(rows / 10));
  const all = at(rows);
  const hex = 'lower(hex(randomblob(32)))';
  const day = (column: string) => `date(${column} / 1000, 'unixepoch')`;
  const model = `iif(n % 2, 'gpt-4o-mini', iif(n % 3, 'claude-sonnet-4-5', 'o3-mini'))`;
  const state = `iif(n % 50 = 1, 'pending', iif(n % 20 = 2, 'failed', iif(n % 30 = 3, 'cancelled', 'success')))`;
  const rank = `CASE k WHEN 0 THEN 'daily' WHEN 1 THEN 'weekly' WHEN 2 THEN 'monthly' ELSE 'all' END`;
  const monday = today - ((today + 3) % 7);
  const month = Math.floor(Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth(), 1) / DAY_MS);
  const period = `CASE k WHEN 0 THEN ${today} WHEN 1 THEN ${monday} WHEN 2 THEN ${month} ELSE 0 END`;
  return [
    `INSERT INTO principals (id, kind, created_at) ${n(users)} SELECT ${first} + n, 'user', ${at(users)} FROM n`,
    `INSERT INTO users (id, user_id, email, email_key, username, username_key, nickname, created_at, updated_at)
     ${n(users)} SELECT ${first} + n, 'user_20260101_' || n, 'u' || n || '@example.com', 'u' || n || '@example.com', 'u' || n, 'u' || n, 'u' || n, ${at(users)}, ${now} FROM n`,
    `INSERT INTO principals (id, kind, guest_id, created_at)
     ${n(users)} SELECT ${first + users} + n, 'guest', 'guest-' || n, ${at(users)} FROM n`,
    `INSERT INTO sessions (token_hash, principal_id, expires_at, created_at, last_used_at)
     SELECT ${hex}, id, ${now + 20 * DAY_MS}, created_at, ${now} - abs(random()) % ${60 * DAY_MS} FROM principals WHERE id >= ${first}`,
    `INSERT INTO scan_history (principal_id, url, url_hash, analysis_result, confidence, scanned_at)
     ${n(rows)} SELECT ${owner}, 'https://example.com/' || n, ${hex}, iif(n % 20, 'safe', 'dangerous'), 0.98, ${all} FROM n`,
    `INSERT INTO url_analysis_cache
     SELECT url_hash, 'an older one', url, analysis_result, confidence, 0.02, 'low', '[]', scanned_at, ${now + DAY_MS}
     FROM scan_history`,
    `INSERT INTO scan_days ${n(DAYS)} SELECT date(${now} / 1000 - n * 86400, 'unixepoch'), 'v', 100, 40, 3, 60, 1.5 FROM n`,
    `INSERT INTO chat_logs (principal_id, user_message, bot_response, intent_type, tool_used, engine, flags, response_time, created_at)
     ${n(rows)} SELECT ${owner}, 'What is smishing?', printf('%.*c', 300, 'x'), 'security_qa', 'RAGTool', 'extractive', '[]', 0.01, ${all} FROM n`,
    `INSERT INTO projects (id, user_id, name, local_path, created_at, updated_at)
     SELECT id, id, 'p', '/p', created_at, created_at FROM users`,
    `INSERT INTO jobs (project_id, user_id, status, job_type, payload, required_capabilities, attempts, max_attempts, available_at, agent_id, created_at, completed_at)
     ${n(rows)}, j AS (SELECT ${owner} AS owner, ${state} AS state, ${all} AS at FROM n)
     SELECT owner, owner, state, 'git_scan', '{}', '[]', iif(state = 'pending', 0, 1), 3, at, iif(state = 'pending', NULL, 'a'), at, iif(state = 'pending', NULL, at) FROM j`,
    `INSERT INTO job_log (job_id, log_message, percent_complete, created_at)
     SELECT id, 'it goes on', 50, created_at FROM jobs`,
    `INSERT INTO events (type, principal_id, payload, created_at)
     ${n(rows)} SELECT iif(n % 2, 'job.completed', 'scan.dangerous'), ${owner}, '{"job_id":1,"status":"success"}', ${all} FROM n`,
    `INSERT INTO audit_log (actor_id, action, target, detail, created_at)
     ${n(some)} SELECT ${me}, iif(n % 2, 'users.lock', 'lists.add'), 'user:' || n, '{}', ${at(some)} FROM n`,
    `INSERT INTO gami_ledger (user_id, rule, key, xp, points, day, detail, created_at)
     ${n(rows)} SELECT ${owner}, 'commit', 'commit:' || n, 20, 2, (${all}) / ${DAY_MS}, '{}', ${all} FROM n`,
    `INSERT OR REPLACE INTO gami_profiles (user_id, xp, points, created_at, updated_at)
     SELECT user_id, sum(xp), sum(points), ${start}, ${now} FROM gami_ledger GROUP BY user_id`,
    `INSERT OR REPLACE INTO gami_scores (period, first_day, user_id, score)
     WITH k(k) AS (VALUES (0), (1), (2), (3)) SELECT ${rank}, ${period}, id, 10 + abs(random()) % 5000 FROM users, k`,
    `INSERT OR REPLACE INTO gami_streaks SELECT id, ${today} - 5, ${today} FROM users`,
    `INSERT INTO quiz_sessions (id, user_id, pool_id, mode, status, total, answered, correct, score, started_at, finished_at)
     ${n(some)} SELECT n + 1, ${owner}, (SELECT min(id) FROM quiz_pools) + n % 8, 'practice', 'finished', 10, 10, 7, 70, ${at(some)}, ${at(some)} + 60000 FROM n`,
    `INSERT INTO quiz_items (session_id, position, question_id, revision, option_order, selected_option_id, answered_at)
     ${n(some)}, q AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS position FROM (SELECT id FROM quiz_questions LIMIT 10))
     SELECT n + 1, q.position, q.id, 1, '[0,1,2,3]', 1, ${at(some)} FROM n, q`,
    `INSERT OR IGNORE INTO quiz_cards
     SELECT users.id, q.id, ${now} + (abs(random()) % 20 - 10) * ${DAY_MS}, 3, 5, 3, 2, 0, 2, ${start} FROM users, (SELECT id FROM quiz_questions LIMIT 10) q`,
    `INSERT OR IGNORE INTO quiz_figures
     SELECT users.id, p.id, 'basics', 10, 7 FROM users, (SELECT id FROM quiz_pools LIMIT 8) p`,
    `INSERT INTO feed_items (principal_id, type, payload, created_at)
     ${n(rows)} SELECT iif(n % 1000, ${owner}, NULL), 'job.completed', '{"job_id":1,"job_type":"git_scan","status":"success","project_id":1}', ${all} FROM n`,
    `INSERT INTO notifications (principal_id, type, payload, read, created_at)
     ${n(rows)} SELECT ${owner}, 'job.completed', '{"job_id":1,"job_type":"git_scan","status":"success","project_id":1}', n % 10 > 0, ${all} FROM n`,
    `INSERT INTO tasks (user_id, type, title, status, payload, created_at, completed_at)
     ${n(some)} SELECT ${owner}, 'mission', 'Read it', iif(n % 20, 'done', 'pending'), '{}', ${at(some)}, iif(n % 20, ${at(some)}, NULL) FROM n`,
    `INSERT INTO llm_traces (user_id, run_id, model, prompt_excerpt, response_excerpt, url_findings, policy_hits, created_at)
     ${n(rows)} SELECT ${owner}, 'run-' || (n / 3), ${model}, printf('%.*c', 150, 'x'), printf('%.*c', 150, 'x'), '[]', '[]', ${all} FROM n`,
    `INSERT INTO llm_costs (user_id, run_id, model_name, input_tokens, output_tokens, computed_nanos, created_at)
     SELECT user_id, run_id, model, 1200, 400, 420000, created_at FROM llm_traces`,
    `INSERT INTO llm_cost_days
     SELECT user_id, ${day('created_at')}, model_name, count(*), sum(input_tokens), sum(output_tokens), sum(computed_nanos), 0
     FROM llm_costs GROUP BY 1, 2, 3`,
    `INSERT INTO llm_cost_days
     SELECT user_id, day, '', sum(requests), sum(input_tokens), sum(output_tokens), sum(cost_nanos), 0
     FROM llm_cost_days GROUP BY 1, 2`,
    `INSERT INTO llm_cost_months
     SELECT user_id, substr(day, 1, 7) || '-01', sum(requests), sum(input_tokens), sum(output_tokens), sum(cost_nanos), 0
     FROM llm_cost_days WHERE model_name = '' GROUP BY 1, 2`,
    `INSERT INTO llm_cost_totals
     SELECT day, model_name, sum(requests), sum(input_tokens), sum(output_tokens), sum(cost_nanos), 0
     FROM llm_cost_days WHERE model_name <> '' GROUP BY 1, 2`,
    `INSERT INTO activity_events (user_id, at, event_type, page_name, received_at)
     ${n(rows)} SELECT ${owner}, ${all}, iif(n % 2, 'click', 'page_view'), '/page/' || n % 30, ${all} FROM n`,
    `INSERT INTO activity_days SELECT user_id, 'type', event_type, ${day('at')}, count(*) FROM activity_events GROUP BY 1, 3, 4`,
    'INSERT INTO activity_totals SELECT kind, name, day, sum(events) FROM activity_days GROUP BY 1, 2, 3',
    `INSERT INTO files (principal_id, file_name, size, sha256, mime_type, created_at)
     ${n(some)} SELECT ${owner}, 'f.txt', 10, ${hex}, 'text/plain', ${at(some)} FROM n`,
    `INSERT INTO scan_feedback (principal_id, url_hash, url, analysis_result, risk_score, model_version, verdict, created_at)
     ${n(some)} SELECT ${owner}, ${hex}, 'https://example.com/', 'safe', 0.1, 'v', 'dangerous', ${at(some)} FROM n`,
  ];
}
