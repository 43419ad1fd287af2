import { and, count, eq, max } from 'drizzle-orm';
import type { z } from 'zod';
import { dataset_versions, datasets } from '../../../db/index.ts';
import { afterCursor, type OrderKey, toOrder, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toDataset } from './dataset.ts';
import type { DatasetPage, ListDatasetsInput } from './schemas.ts';

/** The caller's datasets, each as its newest version, the last registered first. */
export function listDatasets(
  ctx: UserContext,
  { limit, offset, cursor }: z.output<typeof ListDatasetsInput>,
): z.infer<typeof DatasetPage> {
  const own = eq(datasets.principal_id, ctx.caller.principal_id);
  const newestVersions = ctx.db
    .select({ dataset_id: dataset_versions.dataset_id, version: max(dataset_versions.version).as('newest') })
    .from(dataset_versions)
    .groupBy(dataset_versions.dataset_id)
    .as('newest');
  const isNewest = and(
    eq(dataset_versions.dataset_id, datasets.id),
    eq(dataset_versions.version, newestVersions.version),
  );
  const order: OrderKey[] = [
    [dataset_versions.created_at, 'desc'],
    [datasets.id, 'desc'],
  ];
  const found = ctx.db
    .select({ dataset_name: datasets.dataset_name, row: dataset_versions })
    .from(datasets)
    .innerJoin(newestVersions, eq(newestVersions.dataset_id, datasets.id))
    .innerJoin(dataset_versions, isNewest)
    .where(and(own, afterCursor(cursor, order)))
    .orderBy(...toOrder(order))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(datasets).where(own).get()?.n ?? 0;
  const { rows, next_cursor } = toPage(found, limit, ({ row }) => [row.created_at, row.dataset_id]);
  return { total, next_cursor, datasets: rows.map(({ dataset_name, row }) => toDataset(dataset_name, row)) };
}
