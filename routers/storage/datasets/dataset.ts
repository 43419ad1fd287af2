import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type dataset_versions, datasets } from '../../../db/index.ts';
import { isAdmin } from '../../core/access.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { Dataset } from './schemas.ts';

/** A dataset the caller may read: their own, and any for administrators. Throws NOT_FOUND. */
export function getDatasetOrThrow({ db, caller }: UserContext, id: number): typeof datasets.$inferSelect {
  const row = db.select().from(datasets).where(eq(datasets.id, id)).get();
  if (!row || (row.principal_id !== caller.principal_id && !isAdmin(caller))) throw new ApiError('NOT_FOUND');
  return row;
}

export function toDataset(
  dataset_name: string,
  row: typeof dataset_versions.$inferSelect,
): z.infer<typeof Dataset> {
  const { dataset_id, version, source_url, file_id, schema, row_count } = row;
  const created_at = toIso(row.created_at);
  return { dataset_id, dataset_name, version, source_url, file_id, schema, row_count, created_at };
}
