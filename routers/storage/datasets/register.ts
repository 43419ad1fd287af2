import { and, eq, max } from 'drizzle-orm';
import type { z } from 'zod';
import { dataset_versions, datasets, transact } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getFileOrThrow } from '../files/file.ts';
import { toDataset } from './dataset.ts';
import type { Dataset, RegisterDatasetInput } from './schemas.ts';

/**
 * Registers a dataset; a name the caller has used before gets its next version. Throws NOT_FOUND for a file that is not
 * the caller's.
 */
export function registerDataset(
  ctx: UserContext,
  input: z.output<typeof RegisterDatasetInput>,
): z.infer<typeof Dataset> {
  const { dataset_name, source_url, file_id, schema, row_count } = input;
  return transact(ctx.db, () => {
    if (file_id) getFileOrThrow(ctx.db, ctx.caller, file_id);
    const dataset_id = getOrCreateDatasetId(ctx, dataset_name);
    const newestVersion = ctx.db
      .select({ version: max(dataset_versions.version) })
      .from(dataset_versions)
      .where(eq(dataset_versions.dataset_id, dataset_id))
      .get();
    const row = ctx.db
      .insert(dataset_versions)
      .values({
        dataset_id,
        version: (newestVersion?.version ?? 0) + 1,
        source_url: source_url ?? null,
        file_id: file_id ?? null,
        schema,
        row_count: row_count ?? null,
        created_at: ctx.clock.now(),
      })
      .returning()
      .get();
    return toDataset(dataset_name, row);
  });
}

function getOrCreateDatasetId(ctx: UserContext, dataset_name: string): number {
  const { principal_id } = ctx.caller;
  const isSameName = and(eq(datasets.principal_id, principal_id), eq(datasets.dataset_name, dataset_name));
  const row =
    ctx.db.select({ id: datasets.id }).from(datasets).where(isSameName).get() ??
    ctx.db
      .insert(datasets)
      .values({ principal_id, dataset_name, created_at: ctx.clock.now() })
      .returning({ id: datasets.id })
      .get();
  return row.id;
}
