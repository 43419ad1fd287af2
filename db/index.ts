export { checkDatabase, copyDatabase, DamagedDatabaseError, sync, toUnfinishedCopy } from './copy.ts';
export type { DatabaseWatch } from './instrumentation.ts';
export { checkpointExclusive, DatabaseLockedError, lockExclusive, lockShared } from './lock.ts';
export { closeDatabase, type Db, type OnStage, openDatabase, preparedStatements, transact } from './open.ts';
export * from './schema/index.ts';
