import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Limit, MAX_MEASURE, Offset, Timestamp, TrimmedText } from '../../core/wire-types.ts';

export const RegisterDatasetInput = z.object({
  dataset_name: TrimmedText(200).meta({ example: '고객 이탈 데이터' }),
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
  row_count: z.int().min(0).max(MAX_MEASURE).nullish().meta({ example: 10000 }),
});

const dataset_id = z.int().positive().meta({ example: 3 });
const version = z.int().positive().meta({ example: 2 });

const DatasetVersion = z.object({ version, row_count: z.int().nullable(), created_at: Timestamp });

export const Dataset = RegisterDatasetInput.extend({
  dataset_id,
  version,
  source_url: z.string().nullable(),
  file_id: z.int().nullable(),
  row_count: z.int().nullable(),
  created_at: Timestamp,
}).meta({ id: 'Dataset' });

export const DatasetHistory = Dataset.extend({
  versions: z.array(DatasetVersion).meta({ description: 'The newest first' }),
}).meta({ id: 'DatasetHistory' });

export const GetDatasetInput = z.object({
  dataset_id,
  version: version.optional().meta({ description: 'The newest unless given' }),
});
export const ListDatasetsInput = z.object({ limit: Limit(50), offset: Offset, cursor: Cursor });
export const DatasetPage = z.object({ total: z.int(), next_cursor: NextCursor, datasets: z.array(Dataset) });
