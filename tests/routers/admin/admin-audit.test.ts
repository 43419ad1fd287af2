import type { AnyTRPCRouter } from '@trpc/server';
import { count, desc } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { audit_log, gami_redemptions } from '../../../db/index.ts';
import type { ProcedureMeta } from '../../../routers/core/procedures.ts';
import { appRouter } from '../../../routers/index.ts';
import { PASSWORD, testApp } from '../../support/app.ts';
import { aPool } from '../../support/quizzes.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of many operations
type Answers = Record<string, any>;
type Call = [name: string, input: (answers: Answers, redeem: () => number) => object];

const policy = {
  id: 'p1',
  category: 'test',
  kind: 'keyword',
  pattern: '비밀 문구',
  action: 'flag',
  applies_to: ['input'],
  description: 'x',
};

function feedForm(): FormData {
  const form = new FormData();
  form.set('name', 'mine');
  form.set('file', new File(['listed-host.top\n'], 'feed.txt'));
  return form;
}

/** How each operation of administrators that changes something is called, in this order. */
const CALLS: Call[] = [
  ['admin.users.create', () => ({ email: 'lee@example.com' })],
  ['admin.users.setRole', (a) => ({ id: a['admin.users.create'].id, role: 'admin' })],
  ['admin.users.lock', (a) => ({ id: a['admin.users.create'].id })],
  ['admin.users.unlock', (a) => ({ id: a['admin.users.create'].id })],
  ['admin.users.resetPassword', (a) => ({ id: a['admin.users.create'].id, old_password: PASSWORD })],
  ['admin.config.set', () => ({ name: 'new_scanner', value: { share: 0.5 } })],
  ['admin.config.remove', () => ({ name: 'new_scanner' })],
  ['admin.lists.add', () => ({ list: 'deny', kind: 'domain', entry: 'evil.com' })],
  ['admin.lists.remove', (a) => ({ key: a['admin.lists.add'].key })],
  ['admin.apiKeys.create', () => ({ name: 'laptop', scopes: ['agent'] })],
  ['admin.apiKeys.revoke', (a) => ({ id: a['admin.apiKeys.create'].id })],
  ['admin.policies.add', () => policy],
  ['admin.policies.update', () => ({ ...policy, action: 'mask' })],
  ['admin.policies.remove', () => ({ id: 'p1' })],
  [
    'admin.releases.create',
    () => ({
      platform: 'windows',
      version: '1.2.0',
      download_url: 'https://a.example/x',
      sha256: 'a'.repeat(64),
    }),
  ],
  ['admin.releases.remove', (a) => ({ id: a['admin.releases.create'].id })],
  ['admin.notices.create', () => ({ title: 'Maintenance', body: 'At night', level: 'info' })],
  ['admin.notices.remove', (a) => ({ id: a['admin.notices.create'].id })],
  [
    'tasks.create',
    (a) => ({ user_id: a['admin.users.create'].id, type: 'mission', title: 'Read the guide' }),
  ],
  ['admin.tasks.remove', (a) => ({ id: a['tasks.create'].tasks[0].id })],
  ['admin.prices.put', () => ({ model: 'a-model', input: '0.15', output: '0.60' })],
  ['admin.prices.remove', () => ({ model: 'a-model' })],
  ['admin.quiz.import', () => aPool(21, 'shell')],
  ['admin.quiz.retire', () => ({ pool_id: 21 })],
  ['admin.rewards.create', () => ({ reward_id: 'RWD-900', name: { ko: '컵', en: 'Cup' }, points_cost: 10 })],
  ['admin.rewards.update', () => ({ reward_id: 'RWD-900', stock: 5 })],
  ['admin.redemptions.fulfil', (_, redeem) => ({ id: redeem() })],
  ['admin.redemptions.cancel', (_, redeem) => ({ id: redeem() })],
  ['admin.scan.decide', (a) => ({ id: a.report.id, outcome: 'confirmed' })],
  ['admin.feeds.import', () => feedForm()],
  ['admin.feeds.remove', () => ({ name: 'mine' })],
];

test('every operation of administrators that changes something leaves a row that says who did what', async () => {
  const app = testApp();
  const admin = await app.admin();
  const me = (await admin.get('/me')).body.id;
  const rows = () => app.deps.db.select({ n: count() }).from(audit_log).get()?.n ?? 0;
  const answers: Answers = {};
  const redeem = () =>
    app.deps.db
      .insert(gami_redemptions)
      .values({
        user_id: me,
        reward_id: 'RWD-900',
        quantity: 1,
        points_spent: 10,
        status: 'pending',
        created_at: 0,
      })
      .returning()
      .get().id;
  const { body: scan } = await admin.post('/scan/analyze', { url: 'https://example.com/a' });
  const { url_hash } = scan.data.details;
  const report = await admin.post('/scan/feedback', { url_hash, verdict: 'dangerous' });
  answers.report = report.body.data;
  for (const [name, input] of CALLS) {
    const before = rows();
    const { status, body } = await admin.mutate(name, input(answers, redeem));
    expect([status, body], name).toEqual([200, expect.anything()]);
    answers[name] = body.result.data;
    expect(rows() - before, `${name} leaves one row`).toBe(1);
    const row = app.deps.db.select().from(audit_log).orderBy(desc(audit_log.id)).get();
    expect(row, name).toMatchObject({ actor_id: me, action: expect.stringMatching(/^[a-z]\w*\.[a-z]\w*$/) });
    expect(JSON.stringify(row), `${name} keeps no secret`).not.toMatch(/fsk_|argon2|"password"/);
  }
});

test('no operation of administrators that changes something is missing above', () => {
  const { procedures } = (appRouter as AnyTRPCRouter)._def;
  const changing = Object.entries<{ _def: { type: string; meta?: ProcedureMeta } }>(procedures)
    .filter(
      ([name, { _def }]) =>
        _def.type === 'mutation' && (_def.meta?.access === 'admin' || name.startsWith('admin.')),
    )
    .map(([name]) => name);
  const known = CALLS.map(([name]) => name);
  expect(
    changing.filter((name) => !known.includes(name)),
    'add how these are called to CALLS',
  ).toEqual([]);
});

test('an operation that fails leaves no audit row', async () => {
  const app = testApp();
  const admin = await app.admin();
  await admin.mutate('admin.users.lock', { id: 999 });
  await admin.mutate('admin.config.remove', { name: 'nothing' });
  await admin.mutate('admin.users.create', { email: 'admin@example.com' });
  await admin.mutate('admin.config.set', { name: 'min_client_version', value: 'new' });
  expect(app.deps.db.select().from(audit_log).all()).toEqual([]);
});
