export { checkDatabase, copyDatabase, DamagedDatabaseError as DamagedDatabase, sync } from './copy.ts';
export type { DatabaseWatch } from './instrumentation.ts';
export type { Primary } from './libsql.ts';
export {
  checkpointExclusive as settleAlone,
  DatabaseLockedError as Locked,
  lockExclusive as holdAlone,
  lockShared as holdShared,
} from './lock.ts';
export {
  closeDatabase,
  type Db,
  openDatabase,
  preparedStatements as prepared,
  type Tx,
  transact as writing,
} from './open.ts';
export * from './schema/index.ts';
