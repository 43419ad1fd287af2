import { expect, test } from 'vitest';
import { activity_days, activity_events, activity_totals } from '../../../db/index.ts';
import { deleteActivityBefore } from '../../../routers/insight/activity/retention.ts';
import { testApp } from '../../support/app.ts';

/** The guide's example, dots and all. */
const LOGS = {
  events: [
    { timestamp: '...', event_type: 'click', element_id: 'btn_start_scan' },
    { timestamp: '...', event_type: 'page_view', page_name: '/dashboard' },
  ],
};

const day = (instant: number) => new Date(instant).toISOString().slice(0, 10);

test('the guide’s clicks are kept at the time of receipt and counted', async () => {
  const { user, clock, deps } = testApp();
  const alice = await user('alice');
  const { status, body } = await alice.post('/api/v1/activity/logs', LOGS);
  expect([status, body]).toEqual([202, { accepted: 2 }]);
  const summary = await alice.get('/activity/summary');
  expect(summary.body).toEqual({
    total: 2,
    by_day: [{ day: day(clock.now()), events: 2 }],
    by_type: [
      { event_type: 'click', events: 1 },
      { event_type: 'page_view', events: 1 },
    ],
    by_page: [{ page_name: '/dashboard', events: 1 }],
  });
  const native = await alice.query('activity.summary');
  expect(native.body.result.data).toEqual(summary.body);
  const rows = deps.db.select().from(activity_events).all();
  expect(rows).toMatchObject([
    { event_type: 'click', element_id: 'btn_start_scan', page_name: null, extra: null },
    { event_type: 'page_view', element_id: null, page_name: '/dashboard', extra: null },
  ]);
});

test('times are taken as given where they can be times', async () => {
  const { user, deps, clock } = testApp();
  const alice = await user('alice');
  const given = [
    ['2025-10-28T11:00:00Z', Date.UTC(2025, 9, 28, 11)],
    ['2025-10-28T20:00:00+09:00', Date.UTC(2025, 9, 28, 11)],
    ['2025-10-28T11:00:00.5', Date.UTC(2025, 9, 28, 11) + 500],
    ['2025-10-28 11:00:00', Date.UTC(2025, 9, 28, 11)],
    ['2025-10-28', Date.UTC(2025, 9, 28)],
    [1761649200, Date.UTC(2025, 9, 28, 11)],
    [1761649200123, Date.UTC(2025, 9, 28, 11) + 123],
    ['1761649200.5', Date.UTC(2025, 9, 28, 11) + 500],
  ];
  const odd = [
    'yesterday',
    '',
    null,
    undefined,
    '1970-01-01T00:00:00Z',
    '2999-01-01',
    1e300,
    '2025-13-45',
    '5',
  ];
  const events = [...given.map(([timestamp]) => timestamp), ...odd].map((timestamp) => ({
    timestamp,
    event_type: 'click',
  }));
  expect((await alice.post('/activity/logs', { events })).body).toEqual({ accepted: events.length });
  const rows = deps.db.select().from(activity_events).all();
  expect(rows.slice(0, given.length).map(({ at }) => at)).toEqual(given.map(([, at]) => at));
  for (const { at, received_at } of rows.slice(given.length)) {
    expect(at).toBe(received_at);
    expect(Math.abs(at - clock.now())).toBeLessThan(10_000);
  }
});

test('other fields are kept, as many as fit, and personal data in any field is not', async () => {
  const { user, deps } = testApp();
  const alice = await user('alice');
  const event = {
    event_type: 'submit',
    page_name: '/users/kim@example.com?tab=1',
    element_id: 'call 010-1234-5678',
    form: { email: 'kim@example.com', password: 'hunter2!x', steps: [1, 2] },
    browser: 'Firefox',
    long: 'x'.repeat(5000),
    late: 1,
    deep: JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`),
  };
  await alice.post('/activity/logs', { events: [event] });
  expect(deps.db.select().from(activity_events).all()).toMatchObject([
    {
      page_name: '/users/[EMAIL_1]?tab=1',
      element_id: 'call [PHONE_1]',
      extra: {
        form: { email: '[EMAIL_1]', password: '[PASSWORD_1]', steps: [1, 2] },
        browser: 'Firefox',
        late: 1,
      },
    },
  ]);
  expect(Object.keys(deps.db.select().from(activity_events).get()?.extra ?? {})).toEqual([
    'form',
    'browser',
    'late',
  ]);
  const { body } = await alice.get('/activity/summary');
  expect(body.by_page).toEqual([{ page_name: '/users/[EMAIL_1]', events: 1 }]);
});

test('up to a thousand events are taken at once, and what does not fit is refused with its place', async () => {
  const { user, client } = testApp();
  const alice = await user('alice');
  const many = (count: number) => ({
    events: Array.from({ length: count }, () => ({ event_type: 'click' })),
  });
  expect((await alice.post('/activity/logs', many(1000))).body).toEqual({ accepted: 1000 });
  const wrong: [object, string][] = [
    [many(1001), 'events'],
    [many(0), 'events'],
    [{ events: [{ event_type: 'a' }, {}] }, 'events.1.event_type'],
    [{ events: [{ event_type: ' ' }] }, 'events.0.event_type'],
    [{ events: [{ event_type: 'a', element_id: 5 }] }, 'events.0.element_id'],
    [{ events: [{ event_type: 'a', timestamp: {} }] }, 'events.0.timestamp'],
  ];
  for (const [body, path] of wrong) {
    const answer = await alice.post('/activity/logs', body);
    expect([answer.status, answer.body.issues?.[0]?.path]).toEqual([400, path]);
  }
  const big = { events: [{ event_type: 'a', x: 'x'.repeat(1024 * 1024) }] };
  expect((await alice.post('/activity/logs', big)).body.code).toBe('PAYLOAD_TOO_LARGE');
  expect((await client().post('/activity/logs', LOGS)).body.code).toBe('AUTH_REQUIRED');
  expect((await client().get('/activity/summary')).body.code).toBe('AUTH_REQUIRED');
  expect((await alice.get('/activity/summary')).body.total).toBe(1000);
});

test('each sees his own; an administrator everyone’s together, or one user’s', async () => {
  const app = testApp();
  const [alice, bob, admin] = [await app.user('alice'), await app.user('bob'), await app.admin()];
  await alice.post('/activity/logs', LOGS);
  await bob.post('/activity/logs', { events: [{ event_type: 'click' }] });
  const total = async (it: typeof alice | typeof admin, query = '') =>
    (await it.get(`/activity/summary${query}`)).body.total;
  expect([await total(alice), await total(bob), await total(admin)]).toEqual([2, 1, 3]);
  expect(await total(admin, `?user_id=${bob.id}`)).toBe(1);
  expect(await total(alice, `?user_id=${alice.id}`)).toBe(2);
  for (const it of [bob.id, 'user_20000101_001']) {
    expect((await alice.get(`/activity/summary?user_id=${it}`)).status).toBe(404);
  }
  expect((await admin.get('/activity/summary?user_id=user_20000101_001')).status).toBe(404);
});

test('a summary is of the days it is asked for, and is what the single events add up to', async () => {
  const { user, deps } = testApp();
  const alice = await user('alice');
  const types = ['click', 'page_view', 'scroll'];
  const events = Array.from({ length: 300 }, (_, n) => ({
    timestamp: new Date(Date.UTC(2025, 9, 1) + n * 7_777_777).toISOString(),
    event_type: types[n % 3],
    page_name: n % 4 === 0 ? undefined : `/page/${n % 5}?n=${n}`,
  }));
  await Promise.all(
    [0, 100, 200].map((at) => alice.post('/activity/logs', { events: events.slice(at, at + 100) })),
  );
  const { body } = await alice.get('/activity/summary?from=2025-10-05&to=2025-10-10T03:00:00Z');
  const wanted = events.filter(({ timestamp }) => timestamp >= '2025-10-05' && timestamp < '2025-10-11');
  const counted = (of: (event: (typeof events)[number]) => string | undefined) => {
    const counts: Record<string, number> = {};
    for (const event of wanted) {
      const name = of(event);
      if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };
  const told = (rows: Record<string, unknown>[], name: string) =>
    Object.fromEntries(rows.map((row) => [row[name], row.events]));
  expect(body.total).toBe(wanted.length);
  expect(told(body.by_day, 'day')).toEqual(counted(({ timestamp }) => timestamp.slice(0, 10)));
  expect(told(body.by_type, 'event_type')).toEqual(counted(({ event_type }) => event_type));
  expect(told(body.by_page, 'page_name')).toEqual(counted(({ page_name }) => page_name?.split('?')[0]));
  expect(body.by_day.map((row: { day: string }) => row.day)).toEqual(
    Object.keys(told(body.by_day, 'day')).sort(),
  );
  const { db } = deps;
  const totals = db.select().from(activity_totals).all();
  expect(
    db
      .select()
      .from(activity_days)
      .all()
      .map(({ user_id: _, ...row }) => row),
  ).toEqual(totals);
  expect((await alice.get('/activity/summary?from=2025-02-30')).body.issues[0].path).toBe('from');
});

test('old events are forgotten by whole days, the totals of everyone stay', async () => {
  const app = testApp();
  const [alice, admin] = [await app.user('alice'), await app.admin()];
  const on = (timestamp: string) => ({ timestamp, event_type: 'click' });
  const events = ['2025-10-01T01:00:00Z', '2025-10-02T23:00:00Z', '2025-10-03T01:00:00Z'].map(on);
  await alice.post('/activity/logs', { events });
  expect(await deleteActivityBefore(app.deps, Date.UTC(2025, 9, 3, 12))).toBe(2);
  expect(await deleteActivityBefore(app.deps, Date.UTC(2025, 9, 3, 12))).toBe(0);
  expect((await alice.get('/activity/summary')).body.by_day).toEqual([{ day: '2025-10-03', events: 1 }]);
  expect((await admin.get('/activity/summary')).body.total).toBe(3);
});
