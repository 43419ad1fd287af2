import { router, userProcedure } from '../../core/procedures.ts';
import { getDataset } from './get.ts';
import { listDatasets } from './list.ts';
import { registerDataset } from './register.ts';
import {
  Dataset,
  DatasetHistory,
  DatasetPage,
  GetDatasetInput,
  ListDatasetsInput,
  RegisterDatasetInput,
} from './schemas.ts';

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
    .input(RegisterDatasetInput)
    .output(Dataset)
    .mutation(({ ctx, input }) => registerDataset(ctx, input)),

  list: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/datasets',
        tags,
        summary: "List the caller's datasets",
        description: 'Newest first, each with its newest version.',
      },
    })
    .input(ListDatasetsInput)
    .output(DatasetPage)
    .query(({ ctx, input }) => listDatasets(ctx, input)),

  get: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/datasets/{dataset_id}',
        tags,
        summary: 'Get a dataset',
        description: 'One dataset with the history of its versions.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(GetDatasetInput)
    .output(DatasetHistory)
    .query(({ ctx, input }) => getDataset(ctx, input)),
});
