export { closeDatabase, type Db, openDatabase, prepared, type Tx } from './open.ts';
export * from './schema/index.ts';
