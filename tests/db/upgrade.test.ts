import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { checkDatabase, closeDatabase, openDatabase } from '../../db/index.ts';
import { resolveInPackage } from '../../server/process/env.ts';

const MIGRATIONS = resolveInPackage('drizzle');
/** Rows in each table: the nth of one belongs to the nth of those it points at. */
const ROWS = 3;

interface Journal {
  entries: { tag: string }[];
}
interface Column {
  name: string;
  type: string;
  notnull: 0 | 1;
  dflt_value: string | null;
  pk: number;
}
type Row = Record<string, unknown>;

const journal = JSON.parse(readFileSync(path.join(MIGRATIONS, 'meta/_journal.json'), 'utf8')) as Journal;

function emptyFolder(): string {
  const folder = path.join(tmpdir(), `flashscan-upgrade-${randomUUID()}`);
  mkdirSync(folder);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The migrations as they were when there were only so many. */
function earlier(count: number): string {
  const folder = emptyFolder();
  mkdirSync(path.join(folder, 'meta'));
  const entries = journal.entries.slice(0, count);
  writeFileSync(path.join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  for (const { tag } of entries)
    copyFileSync(path.join(MIGRATIONS, `${tag}.sql`), path.join(folder, `${tag}.sql`));
  return folder;
}

function tablesOf(sqlite: Sqlite.Database): string[] {
  const names =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'";
  return sqlite.prepare(names).pluck().all() as string[];
}

/** With their row ids, where the table has them. */
function rowsOf(sqlite: Sqlite.Database, table: string): Row[] {
  const without = sqlite.prepare('SELECT wr FROM pragma_table_list WHERE name = ?').pluck().get(table);
  const sql = without ? `* FROM "${table}" ORDER BY 1` : `rowid AS rowid_, * FROM "${table}" ORDER BY rowid`;
  return sqlite.prepare(`SELECT ${sql}`).all() as Row[];
}

/** What a CHECK of the table allows for a column: the first of `in (…)`. */
function allowed(sql: string, column: string): string | undefined {
  return new RegExp(`"${column}" in \\('([^']*)'`).exec(sql)?.[1];
}

function valueFor(sql: string, { name, type }: Column, n: number): unknown {
  const one = allowed(sql, name);
  if (one !== undefined) return one;
  if (/int/i.test(type)) return 1000 + n;
  if (/real/i.test(type)) return n + 0.5;
  if (/blob/i.test(type)) return Buffer.from([n, 0, 255]);
  return `["${name} ${n} 한글"]`;
}

/** Puts rows with a value in every column into every table, parents first. */
function fill(sqlite: Sqlite.Database): void {
  const left = new Set(tablesOf(sqlite));
  while (left.size > 0) {
    const before = left.size;
    for (const table of left) {
      const keys = sqlite.pragma(`foreign_key_list("${table}")`) as {
        table: string;
        from: string;
        to: string | null;
      }[];
      if (keys.some((key) => key.table !== table && left.has(key.table))) continue;
      const sql = sqlite.prepare('SELECT sql FROM sqlite_master WHERE name = ?').pluck().get(table) as string;
      const columns = sqlite.pragma(`table_info("${table}")`) as Column[];
      for (let n = 1; n <= ROWS; n++) {
        const row = columns.map((column) => {
          const key = keys.find(({ from }) => from === column.name);
          if (!key) return column.pk === 1 && /int/i.test(column.type) ? n : valueFor(sql, column, n);
          if (key.table === table) return null;
          const parent = rowsOf(sqlite, key.table)[n - 1] as Row;
          return parent[key.to ?? 'id'];
        });
        const marks = columns.map(() => '?').join(', ');
        sqlite.prepare(`INSERT INTO "${table}" VALUES (${marks})`).run(...row);
      }
      left.delete(table);
    }
    if (left.size === before) throw new Error(`these tables point at each other: ${[...left]}`);
  }
}

for (let count = 1; count < journal.entries.length; count++) {
  test(`a database of migration ${journal.entries[count - 1]?.tag} is brought up to date with nothing lost`, () => {
    const folder = emptyFolder();
    const file = path.join(folder, 'flashscan.db');
    closeDatabase(openDatabase({ file, migrations: earlier(count) }));
    const old = new Sqlite(file);
    old.pragma('foreign_keys = ON');
    fill(old);
    const before = new Map(tablesOf(old).map((table) => [table, rowsOf(old, table)]));
    old.close();
    for (const [table, rows] of before) expect(rows.length, table).toBe(ROWS);

    closeDatabase(openDatabase({ file, migrations: MIGRATIONS }));
    checkDatabase(file);
    const now = new Sqlite(file, { readonly: true });
    for (const [table, rows] of before) {
      const found = rowsOf(now, table);
      const still = 'rowid_' in (found[0] as Row);
      const kept = rows.map(({ rowid_, ...row }) => (still ? { rowid_, ...row } : row));
      // Reasons are made for each request.
      if (table === 'url_analysis_cache') for (const row of kept) delete (row as Row).reasons;
      expect(found, table).toEqual(kept.map((row) => expect.objectContaining(row)));
    }
    now.close();

    const [backup = ''] = readdirSync(path.join(folder, 'backups'));
    const kept = new Sqlite(path.join(folder, 'backups', backup), { readonly: true });
    for (const [table, rows] of before) expect(rowsOf(kept, table), table).toEqual(rows);
    kept.close();
  });
}

test('a database of the version before gets the ids of scheduled jobs, and every run stays', () => {
  const before = journal.entries.findIndex(({ tag }) => tag.endsWith('_schedule_ids'));
  const file = path.join(emptyFolder(), 'flashscan.db');
  closeDatabase(openDatabase({ file, migrations: earlier(before) }));
  const old = new Sqlite(file);
  const sentences = {
    'end leases that have run out': 'expire-leases',
    'send what is due to phones': 'deliver-push',
    'remind of tasks that are due': 'remind-due-tasks',
    'put right what a clock that was set back left': 'fix-clock-skew',
    'finish quizzes whose time is over': 'finish-quizzes',
    'forget the scores of periods that are over': 'delete-old-scores',
    'forget what has expired': 'delete-expired',
    'delete files that nobody names': 'collect-files',
    'forget what is old': 'apply-retention',
    'back up': 'nightly-backup',
    'a job of another program': 'a job of another program',
  };
  const insert = old.prepare('INSERT INTO schedule_runs VALUES (?, ?, 1, ?, NULL, 2, 3, NULL)');
  for (const [n, sentence] of Object.keys(sentences).entries()) insert.run(sentence, n, `holder ${n}`);
  old.close();
  for (let start = 0; start < 2; start++) closeDatabase(openDatabase({ file, migrations: MIGRATIONS }));
  const now = new Sqlite(file, { readonly: true });
  expect(now.prepare('SELECT job, period, holder FROM schedule_runs ORDER BY period').raw().all()).toEqual(
    Object.values(sentences).map((id, n) => [id, n, `holder ${n}`]),
  );
  now.close();
});

test('months of cost that a database has already are left as they are', () => {
  const before = journal.entries.findIndex(({ tag }) => tag.includes('_cost_months'));
  const file = path.join(emptyFolder(), 'flashscan.db');
  closeDatabase(openDatabase({ file, migrations: earlier(before) }));
  const old = new Sqlite(file);
  fill(old);
  const months = () => old.prepare('SELECT * FROM llm_cost_months ORDER BY 1, 2').raw().all();
  const sums = months();
  old.prepare("UPDATE llm_cost_days SET model_name = ''").run();
  closeDatabase(openDatabase({ file, migrations: MIGRATIONS }));
  expect(months()).toEqual(sums);
  old.close();
});

test('a database without months of cost gets the sums of its days, once', () => {
  const before = journal.entries.findIndex(({ tag }) =>
    readFileSync(path.join(MIGRATIONS, `${tag}.sql`), 'utf8').includes('`llm_cost_months`'),
  );
  const file = path.join(emptyFolder(), 'flashscan.db');
  closeDatabase(openDatabase({ file, migrations: earlier(before) }));
  const old = new Sqlite(file);
  fill(old);
  const [user, other] = old.prepare('SELECT id FROM users').pluck().all();
  const put = old.prepare('INSERT INTO llm_cost_days VALUES (?, ?, ?, 1, ?, 2, 3, 0)');
  for (const [who, day, tokens] of [
    [user, '2025-09-30', 1],
    [user, '2025-10-01', 10],
    [user, '2025-10-31', 100],
    [other, '2025-10-31', 7],
  ])
    for (const model of ['gpt-4o', '']) put.run(who, day, model, tokens);
  old.close();
  // Once: a second start adds nothing.
  for (let start = 0; start < 2; start++) closeDatabase(openDatabase({ file, migrations: MIGRATIONS }));
  const now = new Sqlite(file, { readonly: true });
  expect(now.prepare('SELECT * FROM llm_cost_months').raw().all()).toEqual([
    [user, '2025-09-01', 1, 1, 2, 3, 0],
    [user, '2025-10-01', 2, 110, 4, 6, 0],
    [other, '2025-10-01', 1, 7, 2, 3, 0],
  ]);
  now.close();
});

test('a database that is up to date, or new, is not backed up', () => {
  const folder = emptyFolder();
  const file = path.join(folder, 'flashscan.db');
  for (let start = 0; start < 2; start++) closeDatabase(openDatabase({ file, migrations: MIGRATIONS }));
  expect(readdirSync(folder)).toEqual(['flashscan.db']);
});

test('the last three backups of migrations are kept, in the folder for backups, and no other file goes', () => {
  const folder = emptyFolder();
  const backups = path.join(emptyFolder(), 'elsewhere');
  mkdirSync(backups);
  const others = ['nightly-2026-01-01T03-10-00Z', 'before-migration-notes.txt'];
  for (const name of others) writeFileSync(path.join(backups, name), '');
  for (let n = 1; n <= 4; n++) writeFileSync(path.join(backups, `before-migration-2026-01-0${n}.db`), '');
  const file = path.join(folder, 'flashscan.db');
  closeDatabase(openDatabase({ file, migrations: earlier(1) }));
  closeDatabase(openDatabase({ file, migrations: MIGRATIONS, backups }));
  const kept = readdirSync(backups).filter((name) => !others.includes(name));
  expect(kept).toHaveLength(3);
  expect(kept.slice(0, 2)).toEqual(['before-migration-2026-01-03.db', 'before-migration-2026-01-04.db']);
  expect(readdirSync(backups)).toEqual(expect.arrayContaining(others));
});
