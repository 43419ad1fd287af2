import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { lockExclusive, lockShared } from '../../../db/index.ts';
import { makeBackup } from '../../../routers/maintenance/backups/make.ts';
import { checkBackup, toBackupContentPath } from '../../../routers/maintenance/backups/manifest.ts';
import { backUpNightly } from '../../../routers/maintenance/backups/nightly.ts';
import { restoreBackup } from '../../../routers/maintenance/backups/restore.ts';
import { listBackups, rotateBackups, toBackupStamp } from '../../../routers/maintenance/backups/rotate.ts';
import { testApp } from '../../support/app.ts';

function emptyFolder(): string {
  const folder = path.join(tmpdir(), `flashscan-backups-${randomUUID()}`);
  mkdirSync(folder);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A product on disk in which alice keeps some files. */
async function product(...texts: string[]) {
  const app = testApp({ file: path.join(emptyFolder(), 'flashscan.db') });
  const alice = await app.user('alice');
  const files: { file_id: number; sha256: string }[] = [];
  for (const text of texts) {
    const form = new FormData();
    form.set('file', new Blob([text]), 'note.txt');
    files.push((await alice.post('/files', form)).body);
  }
  const { database, data_dir } = app.deps.settings.backups;
  const order = { database, data_dir, previous: null, version: '1.0.0', now: app.clock.now() };
  return { app, alice, files, order };
}

test('the nightly backup is whole, and its contents take no room of their own', async () => {
  const { app, files } = await product('one', 'two');
  const { folder, data_dir } = app.deps.settings.backups;
  const summary = await backUpNightly(app.deps);
  expect(summary).toMatchObject({ files: { count: 2, bytes: 6 }, lacking: 0, deleted: [] });
  const backup = path.join(folder, summary.backup);
  expect(checkBackup(backup)).toMatchObject({ version: '0.0.0-test', lacking: [] });
  for (const { sha256 } of files)
    expect(statSync(toBackupContentPath(backup, sha256)).ino).toBe(
      statSync(toBackupContentPath(data_dir, sha256)).ino,
    );
});

test('where files lie in a bucket, the nightly backup has the database alone and says so', async () => {
  const { app } = await product('one');
  const { settings } = app.deps;
  const backups = { ...settings.backups, files_in_bucket: true };
  const { backup, files, lacking } = await backUpNightly({ ...app.deps, settings: { ...settings, backups } });
  expect({ files, lacking }).toEqual({ files: { count: 0, bytes: 0 }, lacking: 0 });
  expect(checkBackup(path.join(backups.folder, backup))).toMatchObject({ files_elsewhere: true });
});

test('deleting a content leaves earlier backups complete', async () => {
  const { app, alice, files, order } = await product('one');
  const target = path.join(emptyFolder(), 'b');
  makeBackup({ ...order, target });
  await alice.delete(`/files/${files[0]?.file_id}`);
  expect(existsSync(toBackupContentPath(order.data_dir, files[0]?.sha256 ?? ''))).toBe(false);
  expect(checkBackup(target).files.count).toBe(1);
  expect(app.deps.db.$client.open).toBe(true);
});

test('a missing or damaged content is reported, taken from the previous backup if possible, and fails no backup', async () => {
  const { files, order } = await product('one', 'two', 'three');
  const folder = emptyFolder();
  const [one, two] = files.map(({ sha256 }) => sha256) as [string, string, string];
  const previous = path.join(folder, 'backup-1');
  makeBackup({ ...order, target: previous });
  rmSync(toBackupContentPath(order.data_dir, one));
  rmSync(toBackupContentPath(order.data_dir, two));
  writeFileSync(toBackupContentPath(order.data_dir, two), 'twp');
  const alone = makeBackup({ ...order, target: path.join(folder, 'backup-2') });
  expect(alone).toMatchObject({ files: { count: 1 }, lacking: [one, two].sort() });
  expect(checkBackup(path.join(folder, 'backup-2')).lacking).toHaveLength(2);
  const mended = makeBackup({ ...order, previous, target: path.join(folder, 'backup-3') });
  expect(mended).toMatchObject({ files: { count: 3 }, lacking: [] });
});

test('a damaged backup is rejected, whatever is wrong with it, and nothing changes', async () => {
  const { files, order } = await product('one', 'two');
  const sha256 = files[0]?.sha256 ?? '';
  const harms: Record<string, (backup: string) => void> = {
    'not the one that was written': (backup) => appendFileSync(path.join(backup, 'flashscan.db'), 'x'),
    'is damaged': (backup) => {
      rmSync(toBackupContentPath(backup, sha256));
      writeFileSync(toBackupContentPath(backup, sha256), 'on3');
    },
    lacks: (backup) => rmSync(toBackupContentPath(backup, sha256)),
    'cannot be read': (backup) => appendFileSync(path.join(backup, 'manifest.json'), '}'),
    'has no flashscan.db': (backup) => rmSync(path.join(backup, 'flashscan.db')),
    'no backup': (backup) => rmSync(path.join(backup, 'manifest.json')),
  };
  for (const [sentence, harm] of Object.entries(harms)) {
    const backup = path.join(emptyFolder(), 'b');
    const { migrations } = makeBackup({ ...order, target: backup });
    harm(backup);
    const data_dir = emptyFolder();
    const there = { backup, data_dir, database: path.join(data_dir, 'flashscan.db'), migrations, now: 0 };
    expect(() => restoreBackup(there), sentence).toThrow(sentence);
    expect(readdirSync(data_dir)).toEqual(['running.lock']);
  }
});

test('a restore moves the current data aside; a backup of a newer version and a database in use are rejected', async () => {
  const { files, order } = await product('one');
  const backup = path.join(emptyFolder(), 'b');
  const { migrations } = makeBackup({ ...order, target: backup });
  const data_dir = emptyFolder();
  const database = path.join(data_dir, 'flashscan.db');
  const there = { backup, data_dir, database, migrations, now: order.now };
  expect(() => restoreBackup({ ...there, migrations: migrations - 1 })).toThrow('newer than this one');
  const server = lockShared(data_dir);
  const another = lockShared(data_dir);
  expect(() => restoreBackup(there)).toThrow('stop the server');
  server();
  expect(() => restoreBackup(there)).toThrow('stop the server');
  another();
  expect(restoreBackup(there).aside).toBe(null);
  const open = new Sqlite(database);
  open.pragma('journal_mode = WAL');
  open.prepare('SELECT count(*) FROM files').get();
  expect(() => restoreBackup(there)).toThrow('stop the server');
  open.close();
  const { aside } = restoreBackup(there);
  expect(readdirSync(aside ?? '').sort()).toEqual(['files', 'flashscan.db']);
  expect(existsSync(toBackupContentPath(data_dir, files[0]?.sha256 ?? ''))).toBe(true);
  const alone = lockExclusive(data_dir);
  expect(() => lockShared(data_dir)).toThrow('in use');
  alone();
  // A database that cannot be read is what one restores for.
  writeFileSync(database, 'x'.repeat(5000));
  expect(restoreBackup({ ...there, now: order.now + 1000 }).aside).not.toBe(null);
});

test('rotation keeps the newest backup of each day and week, the one just made, and manual ones', () => {
  const folder = emptyFolder();
  const make = (name: string) => {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'manifest.json'), '{}');
  };
  const day = (n: number) => `nightly-${toBackupStamp(Date.UTC(2026, 10, n, 3, 10))}`;
  for (let n = 1; n <= 26; n++) make(day(n));
  make(`nightly-${toBackupStamp(Date.UTC(2026, 10, 26, 9))}`);
  make(`backup-${toBackupStamp(Date.UTC(2026, 9, 1))}`);
  mkdirSync(path.join(folder, `${day(25)}.unfinished-77`));
  rotateBackups(folder, { daily: 3, weekly: 3 }, day(26));
  expect(listBackups(folder)).toEqual([
    'backup-2026-10-01T00-00-00Z',
    // Sundays, and then the last three days.
    day(15),
    day(22),
    day(24),
    day(25),
    day(26),
    'nightly-2026-11-26T09-00-00Z',
  ]);
  make(day(2));
  rotateBackups(folder, { daily: 3, weekly: 3 }, day(2));
  expect(listBackups(folder)).toContain(day(2));
  expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
});
