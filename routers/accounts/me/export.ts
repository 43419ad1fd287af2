import { setImmediate } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { getTableName } from 'drizzle-orm';
import type { z } from 'zod';
import { files } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { Export } from './schemas.ts';
import { listUserDataTables } from './user-data-tables.ts';

/** What would let someone in, and what is derived from it, stays here. */
const SECRET = /_hash$|password|secret|token$/;
const NO_SECRETS = new Set(['url_hash', 'commit_hash']);

/** Rows made readable before others get their turn. */
const SLICE = 1000;

type Row = Record<string, unknown>;

/** All that is stored of me, table by table. */
export async function exportUser(ctx: UserContext): Promise<z.infer<typeof Export>> {
  const { principal_id, public_id: user_id } = ctx.caller;
  const tables: Record<string, Row[]> = {};
  for (const { name, table, of } of listUserDataTables(ctx.db)) {
    const rows = ctx.db.select().from(table).where(of(principal_id)).all();
    const told: Row[] = [];
    for (let at = 0; at < rows.length; at += SLICE) {
      for (const row of rows.slice(at, at + SLICE)) told.push(shown(name, row));
      // Others are served in between.
      await setImmediate();
    }
    tables[name] = told;
  }
  ctx.http?.response.headers.push(['content-disposition', `attachment; filename="${user_id}.json"`]);
  return { user_id, exported_at: toIso(ctx.clock.now()), tables };
}

function shown(table: string, row: Row): Row {
  const told = Object.entries(row).filter(([column]) => NO_SECRETS.has(column) || !SECRET.test(column));
  const fields = Object.fromEntries(told.map(([column, value]) => [column, readable(column, value)]));
  return table === getTableName(files) ? { ...fields, download_url: `/files/${row.id}/content` } : fields;
}

/** Instants as everywhere on the wire; what is kept deflated (trees of files, diffs) as the text it is. */
function readable(column: string, value: unknown): unknown {
  if (typeof value === 'number' && column.endsWith('_at')) return toIso(value);
  return Buffer.isBuffer(value) ? inflateSync(value).toString() : value;
}
