import { and, count, desc, eq, max } from 'drizzle-orm';
import { z } from 'zod';
import { dataset_versions, datasets, transact } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import { router, type UserContext, userProcedure } from '../../core/procedures.ts';
import { Limit, Offset, Timestamp, toIso } from '../../core/wire-types.ts';
import { getFileOrThrow } from '../files/file.ts';

const RegisterInput = z.object({
  dataset_name: z.string().trim().min(1).max(200).meta({ example: '고객 이탈 데이터' }),
  source_url: z
    .string()
    .trim()
    .min(1)
    .max(2048)
    .nullish()
    .meta({ example: 's3://bucket/datasets/churn.csv' }),
  file_id: z.int().positive().nullish().meta({ description: 'A file of mine that holds it', example: 12 }),
  schema: z
    .array(z.object({ name: z.string().min(1).max(200), type: z.string().min(1).max(100) }))
    .max(2000)
    .meta({ description: 'Its columns', example: [{ name: 'age', type: 'int' }] }),
  row_count: z.int().min(0).nullish().meta({ example: 10000 }),
});

const dataset_id = z.int().positive().meta({ example: 3 });
const version = z.int().positive().meta({ example: 2 });

const Version = z.object({ version, row_count: z.int().nullable(), created_at: Timestamp });

const Dataset = RegisterInput.extend({
  dataset_id,
  version,
  source_url: z.string().nullable(),
  file_id: z.int().nullable(),
  row_count: z.int().nullable(),
  created_at: Timestamp,
}).meta({ id: 'Dataset' });

const DatasetHistory = Dataset.extend({
  versions: z.array(Version).meta({ description: 'The newest first' }),
}).meta({ id: 'DatasetHistory' });

const GetInput = z.object({
  dataset_id,
  version: version.optional().meta({ description: 'The newest unless given' }),
});
const ListInput = z.object({ limit: Limit(50), offset: Offset });
const DatasetPage = z.object({ total: z.int(), datasets: z.array(Dataset) });

type DatasetRow = typeof datasets.$inferSelect;
type VersionRow = typeof dataset_versions.$inferSelect;

/** A dataset its caller may see: his own; administrators every one. Throws NOT_FOUND. */
function datasetOf({ db, caller }: UserContext, id: number): DatasetRow {
  const row = db.select().from(datasets).where(eq(datasets.id, id)).get();
  if (!row || (row.principal_id !== caller.principal_id && caller.role !== 'admin'))
    throw new ApiError('NOT_FOUND');
  return row;
}

/** Registers a dataset; a name I used before gets its next version. Throws NOT_FOUND for a file that is not mine. */
function registerDataset(ctx: UserContext, input: z.output<typeof RegisterInput>): z.infer<typeof Dataset> {
  return transact(ctx.db, () => {
    if (input.file_id) getFileOrThrow(ctx.db, ctx.caller, input.file_id);
    const { id } = named(ctx, input.dataset_name);
    const of = eq(dataset_versions.dataset_id, id);
    const last = ctx.db
      .select({ n: max(dataset_versions.version) })
      .from(dataset_versions)
      .where(of)
      .get();
    const { source_url, file_id, schema, row_count } = input;
    const row = ctx.db
      .insert(dataset_versions)
      .values({
        dataset_id: id,
        version: (last?.n ?? 0) + 1,
        source_url: source_url ?? null,
        file_id: file_id ?? null,
        schema,
        row_count: row_count ?? null,
        created_at: ctx.clock.now(),
      })
      .returning()
      .get();
    return shown(input.dataset_name, row);
  });
}

function named(ctx: UserContext, dataset_name: string): { id: number } {
  const { principal_id } = ctx.caller;
  const same = and(eq(datasets.principal_id, principal_id), eq(datasets.dataset_name, dataset_name));
  return (
    ctx.db.select({ id: datasets.id }).from(datasets).where(same).get() ??
    ctx.db
      .insert(datasets)
      .values({ principal_id, dataset_name, created_at: ctx.clock.now() })
      .returning({ id: datasets.id })
      .get()
  );
}

/** One version of a dataset of mine, and which others there are. Throws NOT_FOUND. */
function getDataset(ctx: UserContext, input: z.output<typeof GetInput>): z.infer<typeof DatasetHistory> {
  const { id, dataset_name } = datasetOf(ctx, input.dataset_id);
  const rows = ctx.db
    .select()
    .from(dataset_versions)
    .where(eq(dataset_versions.dataset_id, id))
    .orderBy(desc(dataset_versions.version))
    .all();
  const row = rows.find((one) => input.version === undefined || one.version === input.version);
  if (!row) throw new ApiError('NOT_FOUND');
  const versions = rows.map((one) => ({
    version: one.version,
    row_count: one.row_count,
    created_at: toIso(one.created_at),
  }));
  return { ...shown(dataset_name, row), versions };
}

/** My datasets, each as its newest version; the last registered first. */
function listDatasets(
  ctx: UserContext,
  { limit, offset }: z.output<typeof ListInput>,
): z.infer<typeof DatasetPage> {
  const mine = eq(datasets.principal_id, ctx.caller.principal_id);
  const newest = ctx.db
    .select({ dataset_id: dataset_versions.dataset_id, version: max(dataset_versions.version).as('newest') })
    .from(dataset_versions)
    .groupBy(dataset_versions.dataset_id)
    .as('newest');
  const rows = ctx.db
    .select({ name: datasets.dataset_name, row: dataset_versions })
    .from(datasets)
    .innerJoin(newest, eq(newest.dataset_id, datasets.id))
    .innerJoin(
      dataset_versions,
      and(eq(dataset_versions.dataset_id, datasets.id), eq(dataset_versions.version, newest.version)),
    )
    .where(mine)
    .orderBy(desc(dataset_versions.created_at), desc(datasets.id))
    .limit(limit)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(datasets).where(mine).get()?.n ?? 0;
  return { total, datasets: rows.map(({ name, row }) => shown(name, row)) };
}

function shown(dataset_name: string, row: VersionRow): z.infer<typeof Dataset> {
  const { dataset_id, version, source_url, file_id, schema, row_count, created_at } = row;
  const at = toIso(created_at);
  return { dataset_id, dataset_name, version, source_url, file_id, schema, row_count, created_at: at };
}

const tags = ['Files'];

export const datasetsRouter = router({
  register: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/datasets',
        tags,
        summary: 'Register a dataset, or its next version',
        description: 'A name that is registered already gets its next version.',
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(RegisterInput)
    .output(Dataset)
    .mutation(({ ctx, input }) => registerDataset(ctx, input)),

  list: userProcedure
    .meta({ openapi: { method: 'GET', path: '/datasets', tags, summary: 'My datasets' } })
    .input(ListInput)
    .output(DatasetPage)
    .query(({ ctx, input }) => listDatasets(ctx, input)),

  get: userProcedure
    .meta({
      openapi: { method: 'GET', path: '/datasets/{dataset_id}', tags, summary: 'A dataset of mine' },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(GetInput)
    .output(DatasetHistory)
    .query(({ ctx, input }) => getDataset(ctx, input)),
});
