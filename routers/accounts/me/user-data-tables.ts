import { eq, is, or, type SQL, sql } from 'drizzle-orm';
import { type ForeignKey, getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { type Db, preparedStatements, principals, users } from '../../../db/index.ts';

/** A table that holds things of users, and which of its rows are those of one. */
export interface UserDataTable {
  name: string;
  table: SQLiteTable;
  of(user: number): SQL | undefined;
}

/**
 * Every table with things of users, found by following the foreign keys. A table that names users itself is theirs by
 * that; any other is when it goes with rows that are (`on delete cascade`), by the shortest way: the answers of a quiz
 * belong to who played it and not to who wrote it.
 */
export const listUserDataTables = preparedStatements((db): UserDataTable[] => {
  const tables = Object.values(db._.fullSchema as object).filter((it) => is(it, SQLiteTable));
  const found = new Map<SQLiteTable, UserDataTable>();
  add(principals, (user) => eq(principals.id, user));
  for (const table of tables) {
    const direct = getTableConfig(table).foreignKeys.filter((key) => isUser(parentOf(key)));
    const goes = direct.filter(cascades);
    // Who assigned a task is named in it, and it still is not his.
    const own = goes.length > 0 ? goes : direct;
    if (own.length > 0) add(table, (user) => or(...own.map((key) => names(key, user))));
  }
  for (let more = true; more; ) {
    const before = new Map(found);
    for (const table of tables) {
      const ways = getTableConfig(table).foreignKeys.filter(
        (key) => cascades(key) && before.has(parentOf(key)),
      );
      if (before.has(table) || ways.length === 0) continue;
      add(table, (user) =>
        or(...ways.map((key) => among(db, key, before.get(parentOf(key)) as UserDataTable, user))),
      );
    }
    more = found.size > before.size;
  }
  return [...found.values()];

  function add(table: SQLiteTable, of: UserDataTable['of']): void {
    if (!found.has(table)) found.set(table, { name: getTableConfig(table).name, table, of });
  }
});

const parentOf = (key: ForeignKey) => key.reference().foreignTable;
const isUser = (table: SQLiteTable) => table === principals || table === users;
const cascades = (key: ForeignKey) => key.onDelete === 'cascade';

function names(key: ForeignKey, user: number): SQL {
  return sql`${sql.join(key.reference().columns, sql`, `)} = ${user}`;
}

function among(db: Db, key: ForeignKey, parent: UserDataTable, user: number): SQL {
  const { columns, foreignColumns } = key.reference();
  const named = Object.fromEntries(foreignColumns.map((column) => [column.name, column]));
  const theirs = db.select(named).from(parent.table).where(parent.of(user));
  return sql`(${sql.join(columns, sql`, `)}) in ${theirs}`;
}
