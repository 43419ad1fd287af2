import { expect, test } from 'vitest';
import { parseInstant } from '../../../routers/core/instant.ts';
import { toIso } from '../../../routers/core/wire-types.ts';
import { testApp } from '../../support/app.ts';
import { COMMIT, withProject } from '../../support/repository.ts';

/** Instants that no clock shows, that are no instants, or that cannot be read back. */
const INVALID_INSTANTS = [
  '0000-01-01T00:00:00+23:59',
  '9999-12-31T23:59:59-05:00',
  '9999-12-31T23:59:59-23:59',
  '+010000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '1999-12-31T23:59:59Z',
  '2100-01-01T00:00:01Z',
  '2100-01-01T00:00:00-00:01',
  '2000-01-01T00:00:00+00:01',
  '2025-02-30T00:00:00Z',
  '2025-10-28T24:00:00Z',
  '2025-10-28T10:60:00Z',
  '2025-10-28T10:30:00+24:00',
  '2025-10-28T10:30:00 KST',
  '2025-10-28',
  'tomorrow',
  '1761647400',
  `2025-10-28T10:30:00.${'0'.repeat(5000)}Z`,
];

test('an instant is read with any offset, and nothing outside of 2000 to 2100', () => {
  for (const [text, iso] of [
    ['2025-10-28T10:30:00Z', '2025-10-28T10:30:00Z'],
    ['2025-10-28T10:30:00', '2025-10-28T10:30:00Z'],
    ['2025-10-28 10:30:00.123456', '2025-10-28T10:30:00Z'],
    ['2025-10-28T10:30:00+09:00', '2025-10-28T01:30:00Z'],
    ['2025-10-28 10:30:00 +0900', '2025-10-28T01:30:00Z'],
    ['2025-10-28T10:30:00 09:00', '2025-10-28T01:30:00Z'],
    ['2025-10-28T10:30:00%2B09:00', '2025-10-28T01:30:00Z'],
    ['2025-10-28T10:30-03:30', '2025-10-28T14:00:00Z'],
    ['2025-10-28t10:30:00-09', '2025-10-28T19:30:00Z'],
    ['2000-01-01T00:00:00Z', '2000-01-01T00:00:00Z'],
    ['1999-12-31T23:00:00-01:00', '2000-01-01T00:00:00Z'],
    ['2100-01-01T00:00:00Z', '2100-01-01T00:00:00Z'],
  ] as const) {
    const instant = parseInstant(text);
    expect([text, instant === null ? null : toIso(instant)]).toEqual([text, iso]);
  }
  for (const text of INVALID_INSTANTS) expect([text, parseInstant(text)]).toEqual([text, null]);
});

test('an instant that cannot be read back is refused wherever it is sent, and no list breaks', async () => {
  const { app, alice, path } = await withProject();
  const admin = await app.admin();
  for (const [i, instant] of INVALID_INSTANTS.entries()) {
    const commit = { ...COMMIT, commit_hash: `${i}`.padStart(40, 'b'), timestamp: instant };
    const task = { user_id: alice.id, type: 'quiz', title: 't', due_at: instant };
    const notice = { title: 't', body: 'b', starts_at: instant };
    const answers = await Promise.all([
      alice.post(`${path}/commits`, commit),
      admin.post('/tasks', task),
      admin.post('/admin/notices', notice),
      admin.post('/events/broadcast', { event_type: 'x', payload: {}, timestamp: instant }),
      admin.get(`/admin/audit?from=${encodeURIComponent(instant)}`),
    ]);
    expect([instant, ...answers.map(({ status }) => status)]).toEqual([instant, 400, 400, 400, 400, 400]);
  }
  for (const [it, list] of [
    [alice, `${path}/commits`],
    [alice, '/tasks/assigned'],
    [admin, '/admin/tasks'],
    [admin, '/admin/notices'],
  ] as const) {
    expect([list, (await it.get(list)).status]).toEqual([list, 200]);
  }
});

test('in a query, an offset is read whether its plus sign is written %2B, + or twice encoded', async () => {
  const app = testApp();
  const [alice, admin] = [await app.user('alice'), await app.admin()];
  for (const plus of ['%2B', '+', '%252B', '%20']) {
    for (const [it, path] of [
      [alice, '/llm/costs'],
      [alice, '/activity/summary'],
      [alice, '/llm/traces'],
      [admin, '/admin/audit'],
    ] as const) {
      const { status } = await it.get(`${path}?from=2026-11-01T00:00:00${plus}09:00`);
      expect([path, plus, status]).toEqual([path, plus, 200]);
    }
  }
  expect((await alice.get('/llm/costs?from=2026-11-31')).status).toBe(400);
});

test('rows that an older version stored are shown, with the nearest instant that can be written', () => {
  expect(toIso(8.64e15)).toBe('9999-12-31T23:59:59Z');
  expect(toIso(-8.64e15)).toBe('0000-01-01T00:00:00Z');
  expect(toIso(Number.NaN)).toBe('1970-01-01T00:00:00Z');
});
