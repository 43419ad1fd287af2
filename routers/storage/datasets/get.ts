import { desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { dataset_versions } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { getDatasetOrThrow, toDataset } from './dataset.ts';
import type { DatasetHistory, GetDatasetInput } from './schemas.ts';

/** One version of a dataset, and the list of its versions. Throws NOT_FOUND. */
export function getDataset(
  ctx: UserContext,
  { dataset_id, version }: z.output<typeof GetDatasetInput>,
): z.infer<typeof DatasetHistory> {
  const { id, dataset_name } = getDatasetOrThrow(ctx, dataset_id);
  const rows = ctx.db
    .select()
    .from(dataset_versions)
    .where(eq(dataset_versions.dataset_id, id))
    .orderBy(desc(dataset_versions.version))
    .all();
  const row = version === undefined ? rows[0] : rows.find((candidate) => candidate.version === version);
  if (!row) throw new ApiError('NOT_FOUND');
  const versions = rows.map(({ version, row_count, created_at }) => ({
    version,
    row_count,
    created_at: toIso(created_at),
  }));
  return { ...toDataset(dataset_name, row), versions };
}
