export { checkDatabase, copyDatabase, DamagedDatabaseError, sync, toUnfinishedCopy } from './copy.ts';
export {
  deleteDeadEntries,
  type FeedEntry,
  FeedImport,
  type FeedImportCounts,
  recordFeedError,
  removeFeed,
} from './feed-import.ts';
export {
  type FeedHit,
  type FeedLookup,
  type FeedRow,
  FeedStore,
  openFeedDatabase,
  type RefusedEntry,
} from './feeds.ts';
export { foldEmail, foldName } from './fold.ts';
export type { DatabaseWatch } from './instrumentation.ts';
export { checkpointExclusive, DatabaseLockedError, lockExclusive, lockShared } from './lock.ts';
export { closeDatabase, type Db, type OnStage, openDatabase, preparedStatements, transact } from './open.ts';
export * from './schema/index.ts';
