import { existsSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { getTableColumns, is } from 'drizzle-orm';
import { getTableConfig, type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import * as schema from '../../../db/index.ts';
import { EXPORT_COLUMNS, OMITTED_COLUMNS } from '../../../routers/accounts/me/export-columns.ts';
import { listUserDataTables } from '../../../routers/accounts/me/user-data-tables.ts';
import { toContentPath } from '../../../routers/storage/files/store.ts';
import { PASSWORD, type TestApp, type TestClient, testApp } from '../../support/app.ts';

/** What an administrator changed is the product's, and a study group is its members'. */
const SHARED_TABLES = ['audit_log', 'url_lists', 'gami_groups'];

type Row = Record<string, unknown>;
interface Key {
  table: string;
  from: string;
  to: string;
  on_delete: string;
}

/** Tables whose rows name users, or whose rows name rows that do: what SQLite says, whatever the product thinks. */
function walk({ deps }: TestApp) {
  const sql = (text: string, ...values: unknown[]) => deps.db.$client.prepare(text).all(...values) as Row[];
  const tables = sql(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
  ).map(({ name }) => String(name));
  const keys = new Map(
    tables.map((table) => [table, sql(`PRAGMA foreign_key_list("${table}")`) as never as Key[]]),
  );
  const owned = new Set(['principals', 'users']);
  for (let before = 0; before < owned.size; ) {
    before = owned.size;
    for (const [table, all] of keys) if (all.some((key) => owned.has(key.table))) owned.add(table);
  }
  const rows = (table: string) => sql(`SELECT * FROM "${table}" ORDER BY 1, 2`);
  return { sql, tables, keys, owned, rows };
}

type Walked = ReturnType<typeof walk>;

let counter = 0;

/** What fits a column: of its type, new each time, and readable by the product. */
function fitting(column: SQLiteColumn, tag: string): unknown {
  counter++;
  if (column.enumValues?.length) return column.enumValues[0];
  if (column.name === 'sha256') return String(counter).padStart(64, '0');
  if (column.dataType === 'json') return JSON.stringify([tag]);
  if (column.dataType === 'buffer') return deflateSync(JSON.stringify([tag]));
  if (column.dataType === 'boolean') return 1;
  // Later than now: nothing the product tidies away is among them.
  return column.dataType === 'string' ? `${tag} ${column.name} ${counter}` : 4_000_000_000_000 + counter;
}

/**
 * Puts a row of a user into every table that can hold one, parents first, so that a table that is added later is in
 * the test by itself. `made` holds the row that children of the same user name.
 */
function fill({ sql, keys, owned, rows }: Walked, user: number, tag: string): void {
  const rowByTable = new Map<string, Row>();
  for (const table of ['principals', 'users']) {
    rowByTable.set(table, rows(table).find(({ id }) => id === user) as Row);
  }
  const tables = Object.values(schema)
    .filter((client) => is(client, SQLiteTable))
    .map(getTableConfig);
  const make = (name: string): Row => {
    const before = rowByTable.get(name);
    if (before) return before;
    const { columns } = tables.find((table) => table.name === name) as (typeof tables)[0];
    const values: Row = {};
    for (const column of columns) {
      const key = keys.get(name)?.find(({ from }) => from === column.name);
      if (key && key.table !== name) values[column.name] = make(key.table)[key.to ?? 'id'];
      else if (key) values[column.name] = null;
      // A number that counts up by itself.
      else if (!(column.primary && column.dataType === 'number')) values[column.name] = fitting(column, tag);
    }
    const names = Object.keys(values);
    const inserted = sql(
      `INSERT INTO "${name}" (${names.map((column) => `"${column}"`)}) VALUES (${names.map(() => '?')}) RETURNING *`,
      ...Object.values(values),
    )[0] as Row;
    rowByTable.set(name, inserted);
    return inserted;
  };
  for (const table of owned) make(table);
}

/** The rows that name the user, or name rows that do, table by table. */
function findReachableRows({ keys, rows }: Walked, user: number): Map<string, Row[]> {
  const reachable = new Map<string, Row[]>();
  const all = new Map([...keys.keys()].map((table) => [table, rows(table)]));
  const has = (table: string, row: Row) => reachable.get(table)?.includes(row);
  const isOwn = (table: string, row: Row) =>
    table === 'principals'
      ? row.id === user
      : (keys.get(table) ?? []).some(
          (key) =>
            row[key.from] !== null &&
            (reachable.get(key.table) ?? []).some((parent) => parent[key.to ?? 'id'] === row[key.from]),
        );
  for (let more = true; more; ) {
    more = false;
    for (const [table, some] of all) {
      const added = some.filter((row) => !has(table, row) && isOwn(table, row));
      if (added.length > 0) more = Boolean(reachable.set(table, [...(reachable.get(table) ?? []), ...added]));
    }
  }
  return reachable;
}

async function upload(client: TestClient, text: string) {
  const form = new FormData();
  form.set('file', new File([text], 'notes.txt'));
  return (await client.post('/files', form)).body as { file_id: number; sha256: string };
}

const remove = (client: TestClient, password?: string) =>
  client.send('/me', {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password }),
  });

async function filledApp() {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const walked = walk(app);
  fill(walked, alice.id, 'of alice');
  fill(walked, bob.id, 'of bob');
  return { ...app, app, alice, bob, walked };
}

test('after a deletion no row of any table references the user, and everybody else’s rows are unchanged', async () => {
  const { app, alice, bob, walked } = await filledApp();
  const { tables, owned, rows } = walked;
  const others = new Set(tables.filter((table) => !owned.has(table)));
  // A table that can hold things of users and in which this test has none of both is a table it does not test.
  const [of_alice, of_bob] = [findReachableRows(walked, alice.id), findReachableRows(walked, bob.id)];
  for (const table of owned) {
    expect([table, of_alice.has(table), of_bob.has(table)]).toEqual([table, true, true]);
  }
  const before = new Map([...others].map((table) => [table, rows(table)]));
  expect((await remove(alice, PASSWORD)).status).toBe(204);

  expect([...findReachableRows(walked, alice.id).keys()]).toEqual([]);
  expect(findReachableRows(walked, bob.id)).toEqual(of_bob);
  for (const [table, was] of before) expect([table, rows(table)]).toEqual([table, was]);
  // Of what goes with her, every row is gone; what stays has lost her name.
  for (const [table, was] of of_alice) {
    const left = rows(table).filter(({ id }) => id !== undefined && was.some((row) => row.id === id));
    const names = walked.keys.get(table)?.filter(({ on_delete }) => on_delete === 'SET NULL') ?? [];
    for (const row of left)
      expect([table, names.some(({ from }) => row[from] === null)]).toEqual([table, true]);
  }
  expect(JSON.stringify([...owned].map(rows))).not.toContain('alice@example.com');
  const words = [...owned].filter((table) => JSON.stringify(rows(table)).includes('of alice'));
  expect(words.filter((table) => !SHARED_TABLES.includes(table))).toEqual([]);
  expect((await app.client().post('/auth/login', { username: 'alice', password: PASSWORD })).status).toBe(
    401,
  );
});

test('every foreign key that a deletion follows has an index', () => {
  const { keys, owned, sql } = walk(testApp());
  for (const table of owned) {
    for (const { from, table: parent } of keys.get(table) ?? []) {
      // Users go one at a time: a scan of a short table is all that costs.
      if (!owned.has(parent) || parent === 'users' || parent === 'principals') continue;
      const plan = sql(`EXPLAIN QUERY PLAN SELECT 1 FROM "${table}" WHERE "${from}" = 1`);
      expect(String(plan[0]?.detail), `${table}.${from}`).toMatch(/^SEARCH /);
    }
  }
});

test('the export has the caller’s rows of every table, nobody else’s, and no secret', async () => {
  const { alice, bob, walked } = await filledApp();
  const { status, body, headers } = await alice.get('/me/export');
  expect([status, body.user_id, headers.get('content-disposition')]).toEqual([
    200,
    (await alice.get('/me')).body.user_id,
    expect.stringContaining('attachment'),
  ]);
  // Of what names her, only what is another's own stays out.
  expect(Object.keys(body.tables).sort()).toEqual([...walked.owned].sort());
  for (const [table, rows] of Object.entries<Row[]>(body.tables)) {
    expect([table, rows.length > 0]).toEqual([table, true]);
    expect([table, JSON.stringify(rows).includes('of bob')]).toEqual([table, false]);
  }
  const text = JSON.stringify(body);
  for (const column of ['password_hash', 'token_hash', 'key_hash', 'code_hash', 'device_token']) {
    expect(text).not.toContain(`"${column}"`);
  }
  for (const secret of [alice.token as string, '$argon2id', 'bob@example.com'])
    expect(text).not.toContain(secret);
  const other = (await bob.get('/me/export')).body;
  expect(other.tables.users).toMatchObject([{ username: 'bob', email: 'bob@example.com' }]);
  expect(other.tables.users[0].created_at).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test('every column of every table with data of users is either exported or left out on purpose', () => {
  for (const { name, table } of listUserDataTables(testApp().deps.db)) {
    const columns = Object.keys(getTableColumns(table)).sort();
    const listed = [EXPORT_COLUMNS, OMITTED_COLUMNS].flatMap((lists) => lists[name]?.split(' ') ?? []).sort();
    expect([name, listed]).toEqual([name, columns]);
  }
});

test('files are exported with their metadata and the address of their bytes', async () => {
  const alice = await testApp().user('alice');
  const { file_id, sha256 } = await upload(alice, 'hello');
  await alice.post('/git/projects/register', { name: 'p', local_path: '/p' });
  const { files, projects } = (await alice.query('me.export')).body.result.data.tables;
  expect(files).toMatchObject([{ id: file_id, sha256, download_url: `/files/${file_id}/content` }]);
  expect((await alice.get(files[0].download_url)).body).toBe('hello');
  expect(projects).toMatchObject([{ name: 'p' }]);
});

test('a task that was assigned to another user is in that user’s export only', async () => {
  const { user, admin } = testApp();
  const [root, bob] = [await admin(), await user('bob')];
  const task = { user_id: bob.id, type: 'mission', title: '저장소 등록' };
  expect((await root.post('/tasks', task)).status).toBe(201);
  expect((await root.get('/me/export')).body.tables.tasks).toEqual([]);
  const { tasks } = (await bob.get('/me/export')).body.tables;
  expect(tasks).toMatchObject([{ title: '저장소 등록', assigned_by: expect.any(Number) }]);
});

test('a content is deleted with the last row that references it', async () => {
  const { user, files_folder } = testApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const [isOwn, shared] = [await upload(alice, 'mine alone'), await upload(alice, 'both of us')];
  const bobs = await upload(bob, 'both of us');
  expect((await remove(alice, PASSWORD)).status).toBe(204);
  expect(existsSync(path.join(files_folder, toContentPath(isOwn.sha256)))).toBe(false);
  expect(existsSync(path.join(files_folder, toContentPath(shared.sha256)))).toBe(true);
  expect((await bob.get(`/files/${bobs.file_id}/content`)).body).toBe('both of us');
  expect((await remove(bob, PASSWORD)).status).toBe(204);
  expect(existsSync(path.join(files_folder, toContentPath(shared.sha256)))).toBe(false);
});

test('deleting an account needs the password, ends every session, and can be done once', async () => {
  const { user, client } = testApp({ rate_limits: true });
  const alice = await user('alice');
  for (const password of [undefined, 'not it at all']) {
    const { status, body } = await remove(alice, password);
    expect([status, body.code]).toEqual([401, 'AUTH_FAILED']);
  }
  // In an address it would be logged.
  expect((await alice.delete(`/me?password=${encodeURIComponent(PASSWORD)}`)).status).toBe(401);
  const old = alice.cookie as string;
  const done = await remove(alice, PASSWORD);
  expect([done.status, done.body, alice.cookie]).toEqual([204, '', null]);
  expect((await remove(alice, PASSWORD)).body.code).toBe('SESSION_EXPIRED');
  const thief = client();
  thief.cookie = old;
  expect((await thief.get('/me')).body.code).toBe('SESSION_EXPIRED');
  const again = { email: 'alice@example.com', password: PASSWORD };
  expect((await client().post('/auth/register', again)).status).toBe(201);
});

test('an account is deleted over tRPC, also by two calls at once', async () => {
  const { user, deps } = testApp();
  const alice = await user('alice');
  const answers = await Promise.all([1, 2].map(() => alice.mutate('me.remove', { password: PASSWORD })));
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
  expect(deps.db.$client.prepare('SELECT count(*) AS n FROM users').get()).toEqual({ n: 0 });
});

test('the last administrator cannot delete the account, and one of two can', async () => {
  const { admin, user, deps } = testApp();
  const root = await admin();
  expect((await remove(root, PASSWORD)).body.code).toBe('CONFLICT');
  const alice = await user('alice');
  deps.db.$client.prepare("UPDATE users SET role = 'admin'").run();
  // One who is locked out administrates nothing.
  deps.db.$client.prepare("UPDATE users SET locked_at = 1 WHERE username = 'alice'").run();
  expect((await remove(root, PASSWORD)).status).toBe(409);
  deps.db.$client.prepare('UPDATE users SET locked_at = NULL').run();
  expect((await remove(root, PASSWORD)).status).toBe(204);
  expect((await remove(alice, PASSWORD)).status).toBe(409);
});

test('guests have no account to export or delete', async () => {
  const client = testApp().client();
  await client.get('/auth/status');
  expect((await client.get('/me/export')).body.code).toBe('AUTH_REQUIRED');
  expect((await remove(client, PASSWORD)).body.code).toBe('AUTH_REQUIRED');
});
