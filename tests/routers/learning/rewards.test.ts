import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { audit_log, gami_ledger, gami_profiles, gami_rewards } from '../../../db/index.ts';
import { seedRewards } from '../../../routers/learning/gami/rewards.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import { told } from '../../support/repository.ts';

/** Gives points as the ledger would have them. */
function give({ deps: { db, clock } }: TestApp, user_id: number, points: number): void {
  const row = {
    user_id,
    rule: 'refund',
    key: 'refund:0',
    xp: 0,
    day: 0,
    detail: {},
    created_at: clock.now(),
  };
  db.insert(gami_ledger)
    .values({ ...row, points })
    .run();
  db.insert(gami_profiles)
    .values({ user_id, points, created_at: 0, updated_at: 0 })
    .onConflictDoUpdate({ target: gami_profiles.user_id, set: { points } })
    .run();
}

const stockOf = ({ deps: { db } }: TestApp) =>
  db.select().from(gami_rewards).where(eq(gami_rewards.reward_id, 'RWD-001')).get()?.stock;

test("the guide's coffee coupon is bought, and told", async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const coffee = { reward_id: 'RWD-001', quantity: 1 };
  const poor = await alice.post('/gami/redeem', coffee);
  expect([poor.status, poor.body.code]).toEqual([409, 'INSUFFICIENT_POINTS']);
  give(app, alice.id, 100);
  const { body: shelf } = await alice.get('/gami/rewards');
  expect(shelf.points).toBe(100);
  expect(shelf.rewards.find(({ reward_id }: { reward_id: string }) => reward_id === 'RWD-001')).toEqual({
    reward_id: 'RWD-001',
    name: '커피 쿠폰',
    description: expect.any(String),
    points_cost: 100,
    stock: 100,
    can_redeem: true,
  });
  const { status, body } = await alice.post('/gami/redeem', coffee);
  expect([status, body]).toEqual([
    201,
    {
      redemption_id: expect.any(Number),
      reward: { reward_id: 'RWD-001', name: '커피 쿠폰', description: expect.any(String), points_cost: 100 },
      quantity: 1,
      points_spent: 100,
      remaining_points: 0,
      status: 'pending',
      created_at: expect.any(String),
      settled_at: null,
    },
  ]);
  expect([stockOf(app), told(app, 'reward.redeemed')]).toMatchObject([99, [{ principal_id: alice.id }]]);
  const { remaining_points: _, ...listed } = body;
  expect((await alice.get('/gami/redemptions')).body).toEqual({
    total: 1,
    next_cursor: null,
    redemptions: [listed],
  });
  const [spent] = (await alice.get('/gami/activities')).body.activities;
  expect(spent).toMatchObject({ rule: 'redeem', title: '리워드 교환', xp: 0, points: -100 });
  expect((await alice.get('/gami/profile')).body).toMatchObject({ points: 0, xp: 0 });
});

test('a hundred redemptions at once of a stock of ten give exactly ten', async () => {
  const app = testApp();
  const users = await Promise.all(['a1', 'b2', 'c3', 'd4', 'e5'].map((name) => app.user(name)));
  for (const { id } of users) give(app, id, 100_000);
  app.deps.db.update(gami_rewards).set({ stock: 10 }).where(eq(gami_rewards.reward_id, 'RWD-001')).run();
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => users[i % 5]?.post('/gami/redeem', { reward_id: 'RWD-001' })),
  );
  expect(answers.filter((answer) => answer?.status === 201)).toHaveLength(10);
  expect(answers.filter((answer) => answer?.body.code === 'OUT_OF_STOCK')).toHaveLength(90);
  expect(stockOf(app)).toBe(0);
});

test('a hundred at once of someone with points for three buy three', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  give(app, alice.id, 300);
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => alice.post('/gami/redeem', { reward_id: 'RWD-001' })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  expect(answers.filter(({ body }) => body.code === 'INSUFFICIENT_POINTS')).toHaveLength(97);
  expect([stockOf(app), (await alice.get('/gami/profile')).body.points]).toEqual([97, 0]);
});

test('with the same Idempotency-Key, points are spent once', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  give(app, alice.id, 1000);
  const buy = () => alice.post('/gami/redeem', { reward_id: 'RWD-001' }, { 'idempotency-key': 'once' });
  const answers = await Promise.all(Array.from({ length: 10 }, buy));
  expect(new Set(answers.map(({ body }) => body.redemption_id)).size).toBe(1);
  expect(stockOf(app)).toBe(99);
});

test('what cannot be bought', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  give(app, alice.id, 1_000_000);
  const tries: [object, number, string][] = [
    [{ reward_id: 'RWD-999' }, 404, 'NOT_FOUND'],
    [{ reward_id: 'RWD-001', quantity: 0 }, 400, 'INVALID_INPUT'],
    [{ reward_id: 'RWD-001', quantity: 1.5 }, 400, 'INVALID_INPUT'],
    [{ reward_id: 'RWD-001', quantity: 101 }, 400, 'INVALID_INPUT'],
    [{ reward_id: 'RWD-002', quantity: 51 }, 409, 'OUT_OF_STOCK'],
    [{}, 400, 'INVALID_INPUT'],
  ];
  for (const [input, status, code] of tries) {
    const answer = await alice.post('/gami/redeem', input);
    expect([answer.status, answer.body.code], JSON.stringify(input)).toEqual([status, code]);
  }
  expect((await app.client().post('/gami/redeem', { reward_id: 'RWD-001' })).status).toBe(401);
});

test('an administrator changes what is on offer, each change is noted, and a new start changes nothing back', async () => {
  const app = testApp();
  const [alice, admin] = [await app.user('alice'), await app.admin()];
  give(app, alice.id, 1000);
  const mug = { reward_id: 'MUG-1', name: { ko: '머그컵', en: 'Mug' }, points_cost: 10 };
  const made = await admin.post('/admin/rewards', mug);
  expect([made.status, made.body]).toMatchObject([201, { ...mug, stock: null, active: true }]);
  expect((await admin.post('/admin/rewards', mug)).status).toBe(409);
  const changed = await admin.put('/admin/rewards/RWD-001', { points_cost: 7, stock: 1 });
  expect(changed.body).toMatchObject({ name: { ko: '커피 쿠폰' }, points_cost: 7, stock: 1 });
  await admin.put('/admin/rewards/RWD-003', { active: false });
  expect((await admin.put('/admin/rewards/nothing', { stock: 1 })).status).toBe(404);
  seedRewards(app.deps.db, app.deps.clock);
  const shelf = (await alice.get('/gami/rewards')).body.rewards;
  expect(shelf.map(({ reward_id, points_cost }: never) => [reward_id, points_cost])).toEqual([
    ['RWD-001', 7],
    ['MUG-1', 10],
    ['RWD-004', 30],
    ['RWD-002', 300],
  ]);
  expect((await alice.post('/gami/redeem', { reward_id: 'RWD-003' })).status).toBe(404);
  const actions = app.deps.db.select().from(audit_log).all();
  expect(actions.map(({ action, target }) => `${action} ${target}`)).toEqual([
    'rewards.create MUG-1',
    'rewards.update RWD-001',
    'rewards.update RWD-003',
  ]);
  for (const [method, path] of [
    ['GET', '/admin/rewards'],
    ['POST', '/admin/rewards'],
    ['PUT', '/admin/rewards/RWD-001'],
    ['GET', '/admin/redemptions'],
    ['POST', '/admin/redemptions/1/fulfil'],
  ] as const) {
    expect((await alice.send(path, { method })).status, path).toBe(403);
  }
});

test('a redemption is handed out, or its points and stock are given back, once', async () => {
  const app = testApp();
  const [alice, admin] = [await app.user('alice'), await app.admin()];
  give(app, alice.id, 1000);
  const buy = async () =>
    (await alice.post('/gami/redeem', { reward_id: 'RWD-001', quantity: 2 })).body.redemption_id as number;
  const [first, second] = [await buy(), await buy()];
  const list = (await admin.get('/admin/redemptions?status=pending')).body;
  expect([list.total, list.redemptions[0]]).toMatchObject([
    2,
    { redemption_id: second, user: { id: alice.id } },
  ]);
  expect(JSON.stringify(list)).not.toContain('example.com');
  for (let i = 0; i < 2; i++) {
    expect((await admin.post(`/admin/redemptions/${first}/fulfil`)).body).toMatchObject({
      status: 'fulfilled',
    });
    expect((await admin.post(`/admin/redemptions/${second}/cancel`)).body).toMatchObject({
      status: 'cancelled',
    });
  }
  expect((await admin.post(`/admin/redemptions/${first}/cancel`)).status).toBe(409);
  expect((await admin.post(`/admin/redemptions/${second}/fulfil`)).status).toBe(409);
  expect((await admin.post('/admin/redemptions/999/cancel')).status).toBe(404);
  expect([stockOf(app), (await alice.get('/gami/profile')).body.points]).toEqual([98, 800]);
  const audited = app.deps.db.select().from(audit_log).all();
  expect(audited.map(({ action }) => action)).toEqual(['redemptions.fulfilled', 'redemptions.cancelled']);
});
