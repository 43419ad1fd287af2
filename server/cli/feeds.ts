import { createWriteStream, existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { FeedStore } from '../../db/index.ts';
import { audit } from '../../routers/core/audit.ts';
import { DAY_MS } from '../../routers/core/days.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { FeedFormatError } from '../../routers/safety/feeds/formats.ts';
import { importFeed } from '../../routers/safety/feeds/import.ts';
import { listThreatFeeds } from '../../routers/safety/feeds/list.ts';
import { removeThreatFeed } from '../../routers/safety/feeds/remove.ts';
import { ExpiryDays, FeedNameInput } from '../../routers/safety/feeds/schemas.ts';
import { readEnv } from '../process/env.ts';
import { createProgress } from '../process/progress.ts';
import { withAdminContext } from './admin-context.ts';
import { UsageError, type WithExitCode } from './exit-code.ts';
import { parseInput } from './input.ts';
import { jsonOption, type OutputOptions, print, printTable } from './print.ts';

const ImportInput = FeedNameInput.extend({ expires_in_days: ExpiryDays });
const COLUMNS = [
  'name',
  'state',
  'entries',
  'refused',
  'unreadable',
  'expires_in_days',
  'imported_at',
] as const;

interface ImportOptions extends OutputOptions {
  days?: string;
}

/** `flashscan feed …`. */
export function feedCommands(program: Command, withExitCode: WithExitCode): void {
  const feed = program.command('feed').description('Feeds of known threats: import, list, remove');
  feed
    .command('import <name> <file>')
    .description('Replace what a feed lists by a file: lines, hosts file, CSV or JSON; - is standard input')
    .option('--days <n>', 'entries expire so many days after they were last listed (default: 30)')
    .addOption(jsonOption())
    .action(withExitCode(importFromFile));
  feed
    .command('list')
    .description('List the feeds, and why hosts were refused')
    .addOption(jsonOption())
    .action(
      withExitCode(async ({ json }: OutputOptions) => {
        const { feeds } = await withAdminContext(({ db }) => listThreatFeeds({ db, feeds: openFeeds() }));
        printTable(feeds, COLUMNS, { json });
      }),
    );
  feed.command('remove <name>').description('Remove a feed').action(withExitCode(removeByName));
}

function openFeeds(): FeedStore {
  return new FeedStore(path.join(readEnv().DATA_DIR, 'feeds', 'feeds.db'));
}

async function importFromFile(name: string, source: string, { days, json }: ImportOptions): Promise<void> {
  const input = parseInput(ImportInput, { name, ...(days === undefined ? {} : { expires_in_days: days }) });
  const ttl_ms = input.expires_in_days * DAY_MS;
  const progress = createProgress('Importing');
  const received = source === '-' ? await receiveStandardInput() : null;
  const file = received ?? source;
  try {
    if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
    const { size } = statSync(file);
    const counts = await withAdminContext(async (ctx) => {
      let read = 0;
      const job = { database: openFeeds().file, name, ttl_ms, file, now: ctx.clock.now() };
      const counts = await importFeed(job, (bytes) => {
        read += bytes;
        progress.update(read, size);
      });
      audit(ctx, 'feeds.import', name, { ...counts });
      return counts;
    });
    progress.stop();
    print({ name, ...counts }, { json });
  } catch (error) {
    if (error instanceof FeedFormatError) throw new Error(`${source} is no feed: ${error.message}`);
    throw error;
  } finally {
    progress.stop();
    if (received) await rm(path.dirname(received), { recursive: true, force: true });
  }
}

/** The format is found by the beginning, so a stream becomes a file first. */
async function receiveStandardInput(): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'flashscan-feed-')), 'feed');
  await pipeline(process.stdin, createWriteStream(file, { mode: 0o600 }));
  return file;
}

async function removeByName(name: string): Promise<void> {
  const input = parseInput(FeedNameInput, { name });
  try {
    await withAdminContext((ctx) => removeThreatFeed({ ...ctx, feeds: openFeeds() }, input));
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NOT_FOUND')
      throw new Error(`there is no feed "${name}"; flashscan feed list shows them`);
    throw error;
  }
  print({ removed: name });
}
