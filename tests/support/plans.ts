import type { Db } from '../../db/index.ts';

/** How SQLite goes about each statement on `table` that is prepared while `act` runs; sorted, one text each. */
export async function plansOf(db: Db, table: string, act: () => Promise<unknown>): Promise<string[]> {
  const client = db.$client;
  const statements = new Set<string>();
  const { prepare } = client;
  client.prepare = ((sql: string) => {
    statements.add(sql);
    return prepare.call(client, sql);
  }) as typeof prepare;
  try {
    await act();
  } finally {
    client.prepare = prepare;
  }
  const about = [...statements].filter((sql) => sql.startsWith('select') && sql.includes(`"${table}"`));
  return about.sort().map((sql) => {
    const values = Array.from(sql.matchAll(/\?/g), () => null);
    const steps = client.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[];
    return steps.map(({ detail }) => detail).join('\n');
  });
}
