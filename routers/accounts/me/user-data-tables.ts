import { eq, is, or, type SQL, sql } from 'drizzle-orm';
import { type ForeignKey, getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { type Db, principals, users } from '../../../db/index.ts';

/** A table with data of users, and the condition for the rows of one user. */
export interface UserDataTable {
  name: string;
  table: SQLiteTable;
  whereOwnedBy(user: number): SQL | undefined;
}

/**
 * Every table with data of users, found by following the foreign keys. A table that references users holds their data
 * directly. Any other table does when its rows are deleted with such rows (`on delete cascade`); the shortest path
 * decides whose they are: the answers of a quiz belong to the player and not to the author.
 */
export function listUserDataTables(db: Db): UserDataTable[] {
  const tables = Object.values(db._.fullSchema as object).filter((value) => is(value, SQLiteTable));
  const owned = new Map<SQLiteTable, UserDataTable>();
  const add = (table: SQLiteTable, whereOwnedBy: UserDataTable['whereOwnedBy']) => {
    if (!owned.has(table)) owned.set(table, { name: getTableConfig(table).name, table, whereOwnedBy });
  };
  add(principals, (user) => eq(principals.id, user));
  for (const table of tables) {
    const keys = findOwnerKeys(table);
    if (keys.length > 0) add(table, (user) => or(...keys.map((key) => references(key, user))));
  }
  // Each round adds the tables one step further away, until there are none.
  for (let size = 0; size < owned.size; ) {
    size = owned.size;
    const closerTables = new Map(owned);
    for (const table of tables) {
      const paths = getTableConfig(table)
        .foreignKeys.filter(isCascading)
        .flatMap((key) => {
          const parent = closerTables.get(toParent(key));
          return parent ? [{ key, parent }] : [];
        });
      if (paths.length === 0) continue;
      add(table, (user) => or(...paths.map(({ key, parent }) => inParent(db, key, parent, user))));
    }
  }
  return [...owned.values()];
}

const toParent = (key: ForeignKey) => key.reference().foreignTable;
const isCascading = (key: ForeignKey) => key.onDelete === 'cascade';

/** The foreign keys that say whose a row is: a task belongs to its user and not to the user who assigned it. */
function findOwnerKeys(table: SQLiteTable): ForeignKey[] {
  const keys = getTableConfig(table).foreignKeys.filter((key) => {
    const parent = toParent(key);
    return parent === principals || parent === users;
  });
  const cascadingKeys = keys.filter(isCascading);
  return cascadingKeys.length > 0 ? cascadingKeys : keys;
}

function references(key: ForeignKey, user: number): SQL {
  return sql`${sql.join(key.reference().columns, sql`, `)} = ${user}`;
}

function inParent(db: Db, key: ForeignKey, parent: UserDataTable, user: number): SQL {
  const { columns, foreignColumns } = key.reference();
  const fields = Object.fromEntries(foreignColumns.map((column) => [column.name, column]));
  const parentRows = db.select(fields).from(parent.table).where(parent.whereOwnedBy(user));
  return sql`(${sql.join(columns, sql`, `)}) in ${parentRows}`;
}
