import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import * as schema from '../../db/schema/index.ts';
import { testApp } from '../support/app.ts';

/** Columns that hold free text of callers, in which personal data is masked before it is stored. */
const MASKED = [
  'activity_events.element_id',
  'activity_events.event_type',
  'activity_events.extra',
  'activity_events.page_name',
  'activity_days.name',
  'activity_totals.name',
  'chat_logs.bot_response',
  'chat_logs.user_message',
  'llm_feedback.comment',
  'llm_feedback.tags',
  'llm_spans.attributes',
  'llm_spans.end_user',
  'llm_spans.error',
  'llm_spans.input',
  'llm_spans.name',
  'llm_spans.output',
  'llm_spans.session_id',
  'llm_trace_texts.masked_prompt',
  'llm_trace_texts.metadata',
  'llm_trace_texts.response',
  'llm_trace_texts.tool_calls',
  'llm_traces.prompt_excerpt',
  'llm_traces.response_excerpt',
  'llm_traces.url_findings',
  'mobile_feedback.comment',
  'mobile_feedback.device_info',
  'mobile_feedback.screen_name',
  'scan_feedback.comment',
];

/** Why the other columns of a table, or one of its columns, are as they were sent. */
const NOT_MASKED: Record<string, string> = {
  llm_spans: 'identifiers, and the name of a model',
  'llm_trace_texts.prompt': 'stored with STORE_RAW_PROMPTS alone',
  llm_traces: 'identifiers and results of the product',
  'chat_logs.topic_id': 'made by the product',
  'chat_logs.flags': 'made by the product',
  activity_days: 'made by the product',
  activity_totals: 'made by the product',
  scan_feedback:
    'the URL that was judged, which is what the report is about, and an answer of administrators',
  scan_history: 'the URL that was judged, which its owner must find again',
  url_analysis_cache: 'the canonical URL that was judged, and reasons with pieces of it',
  redirect_targets: 'the canonical URL that a redirector named, for a day',
  feed_imports: 'names of administrators',
  url_lists: 'lists of administrators',
  scan_days: 'made by the product',
  users: 'the account itself',
  'login_addresses.address_hash': 'a hash',
  identities: 'the account itself',
  principals: 'made by the product',
  sessions: 'hashes, and the devices of an account that its owner checks',
  access_tokens: 'hashes',
  refresh_tokens: 'hashes',
  api_keys: 'hashes and the name that its owner gave',
  device_codes: 'hashes',
  device_grants: 'hashes, and the device that its owner checks',
  settings: 'the account itself',
  push_tokens: 'an address of the device, which pushes need',
  audit_log: 'what administrators did, and to whom',
  config_flags: 'settings of administrators',
  content_claims: 'hashes',
  idempotency_keys: 'an answer as it was sent, for a day',
  rate_limits: 'identifiers',
  schedule_runs: 'made by the product',
  webhook_deliveries: 'made by the product',
  policies: 'rules of administrators, with examples of what they match',
  events: 'payloads of the product, and messages that go to their addressee as they are',
  feed_items: 'payloads of the product for their owner',
  notifications: 'messages to their addressee',
  notices: 'announcements of administrators',
  tasks: 'tasks of administrators for their users',
  files: 'files of their owner',
  datasets: 'files of their owner',
  dataset_versions: 'files of their owner',
  releases: 'versions of clients',
  agents: 'names that agents give themselves',
  agent_metrics: 'names of what was measured',
  projects: 'the repository of its owner',
  artifacts: 'the repository of its owner',
  commits: 'the repository of its owner, as Git has it',
  diffs: 'the repository of its owner, as Git has it',
  issues: 'the repository of its owner',
  readme_drafts: 'the repository of its owner',
  scans: 'the repository of its owner',
  jobs: 'work for an agent, which must get it as it is',
  job_log: 'what an agent did for its owner',
  tool_calls: 'what an agent did for its owner',
  llm_costs: 'identifiers',
  llm_cost_days: 'identifiers',
  llm_cost_months: 'identifiers',
  llm_cost_totals: 'identifiers',
  llm_prices: 'prices of administrators',
  gami_groups: 'the name that a group has',
  gami_ledger: 'made by the product',
  gami_redemptions: 'identifiers',
  gami_rewards: 'goods of administrators',
  quiz_items: 'made by the product',
  quiz_pools: 'questions, as their author wrote them',
  quiz_questions: 'questions, as their author wrote them',
  quiz_wordings: 'questions, as their author wrote them',
  quiz_figures: 'made by the product',
};

function listTextColumns(): string[] {
  return Object.values(schema as Record<string, unknown>)
    .filter((table) => is(table, SQLiteTable))
    .flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns
        .filter((column) => ['text', 'blob'].includes(column.getSQLType()) && !column.enumValues?.length)
        .map((column) => `${name}.${column.name}`);
    });
}

test('every column that holds text is masked, or it is written why not', () => {
  const columns = listTextColumns();
  const unlisted = columns.filter(
    (column) =>
      !MASKED.includes(column) && !NOT_MASKED[column] && !NOT_MASKED[column.split('.', 1)[0] as string],
  );
  expect(unlisted).toEqual([]);
  expect(MASKED.filter((column) => !columns.includes(column))).toEqual([]);
  const tables = new Set(columns.map((column) => column.split('.', 1)[0]));
  expect(Object.keys(NOT_MASKED).filter((name) => !tables.has(name) && !columns.includes(name))).toEqual([]);
});

const SECRETS = ['010 - 1234 - 5678', '900101.1234567', '홍길동@naver.com', `fsk_${'aB3'.repeat(15)}`];
const TEXT = SECRETS.join(', ');

const attribute = (key: string) => ({ key, value: { stringValue: TEXT } });
const SPAN = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: TEXT,
  startTimeUnixNano: '1761568496000000000',
  status: { code: 2, message: TEXT },
  attributes: ['input.value', 'output.value', 'session.id', 'user.id', 'note', TEXT].map(attribute),
};

test('personal data sent to any operation that stores free text is in none of the masked columns', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const scanned = (await alice.post('/scan/analyze', { url: 'https://example.com/' })).body;
  const url_hash = scanned.data.details.url_hash;
  const trace = { run_id: 'r', prompt: TEXT, response: `https://example.com/?q=${TEXT}` };
  const free = { tool_calls: [{ [TEXT]: TEXT }], metadata: { note: [TEXT] } };
  const added = await alice.post('/llm/traces', { ...trace, ...free });
  const answers = [
    scanned.status === 'success' ? { status: 200 } : { status: 500 },
    added,
    await alice.post('/llm/feedback', {
      trace_id: added.body.trace_id,
      rating: 'bad',
      comment: TEXT,
      tags: SECRETS.slice(0, 2),
    }),
    await alice.post('/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans: [SPAN] }] }] }),
    await alice.post('/scan/feedback', { url_hash, verdict: 'dangerous', comment: TEXT }),
    await alice.post('/mobile/feedback', {
      rating: 5,
      comment: TEXT,
      screen_name: SECRETS[2],
      device_info: { owner: TEXT },
    }),
    await alice.post('/activity/logs', {
      events: [{ event_type: SECRETS[0], element_id: SECRETS[1], page_name: TEXT, other: TEXT }],
    }),
    await alice.post('/chatbot/ask', { message: `제 정보는 ${TEXT} 인데 유출됐어요` }),
  ];
  expect(answers.map(({ status }) => status < 300)).toEqual(answers.map(() => true));
  for (const column of MASKED) {
    const [table = '', name = ''] = column.split('.');
    const rows = app.deps.db.$client.prepare(`SELECT ${name} FROM ${table}`).pluck().all().map(String);
    expect([column, rows.length > 0]).toEqual([column, true]);
    for (const secret of SECRETS) expect([column, rows.join('\n').includes(secret)]).toEqual([column, false]);
  }
});
