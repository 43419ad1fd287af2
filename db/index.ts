export { checkDatabase, copyDatabase, DamagedDatabase, sync } from './copy.ts';
export type { DatabaseWatch } from './instrumentation.ts';
export type { Primary } from './libsql.ts';
export { holdAlone, holdShared, Locked, settleAlone } from './lock.ts';
export { closeDatabase, type Db, openDatabase, prepared, type Tx, writing } from './open.ts';
export * from './schema/index.ts';
