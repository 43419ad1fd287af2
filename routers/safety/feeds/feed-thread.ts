import { parentPort, workerData } from 'node:worker_threads';
import { deleteDeadEntries, type FeedImportCounts } from '../../../db/index.ts';
import { FeedFormatError } from './formats.ts';
import { type FeedImportJob, importFeed } from './import.ts';

/** Millions of rows are read and written off the main thread, on a connection of their own. */
export type FeedThreadData = { import: FeedImportJob } | { clean: { database: string; now: number } };
export type FeedThreadResult = { counts?: FeedImportCounts; deleted?: number } | { error: string };

async function run(data: FeedThreadData): Promise<FeedThreadResult> {
  if ('clean' in data) return { deleted: deleteDeadEntries(data.clean.database, data.clean.now) };
  return { counts: await importFeed(data.import) };
}

const result = await run(workerData as FeedThreadData).catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return { error: 'its file is no longer there: import it again' };
  return { error: error instanceof FeedFormatError ? message : String(error) };
});
parentPort?.postMessage(result);
