import { setImmediate } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { getTableName } from 'drizzle-orm';
import type { z } from 'zod';
import { files } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { EXPORT_COLUMNS } from './export-columns.ts';
import type { AccountExport } from './schemas.ts';
import { listUserDataTables } from './user-data-tables.ts';

/** Rows converted before other requests are served. */
const BATCH = 1000;

type ExportRow = Record<string, unknown>;

/** Everything that is stored of the caller, table by table, without secrets. */
export async function exportAccount(ctx: UserContext): Promise<z.infer<typeof AccountExport>> {
  const { principal_id, public_id: user_id } = ctx.caller;
  const tables: Record<string, ExportRow[]> = {};
  for (const { name, table, whereOwnedBy } of listUserDataTables(ctx.db)) {
    const rows = ctx.db.select().from(table).where(whereOwnedBy(principal_id)).all();
    const exportRows: ExportRow[] = [];
    for (let at = 0; at < rows.length; at += BATCH) {
      for (const row of rows.slice(at, at + BATCH)) exportRows.push(toExportRow(name, row));
      await setImmediate();
    }
    tables[name] = exportRows;
  }
  ctx.http?.response.headers.push(['content-disposition', `attachment; filename="${user_id}.json"`]);
  return { user_id, exported_at: toIso(ctx.clock.now()), tables };
}

function toExportRow(table: string, row: ExportRow): ExportRow {
  const columns = EXPORT_COLUMNS[table]?.split(' ') ?? [];
  const fields = Object.fromEntries(columns.map((column) => [column, toExportValue(column, row[column])]));
  return table === getTableName(files) ? { ...fields, download_url: `/files/${row.id}/content` } : fields;
}

/** Instants as ISO 8601, and deflated columns (file trees, diffs) as text. */
function toExportValue(column: string, value: unknown): unknown {
  if (typeof value === 'number' && column.endsWith('_at')) return toIso(value);
  return Buffer.isBuffer(value) ? inflateSync(value).toString() : value;
}
