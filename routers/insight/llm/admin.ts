import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import { deletePrice, listPrices, setPrice } from './manage-prices.ts';
import { DeletePriceInput, ModelPrice, ModelPriceList, SetPriceInput } from './price-schemas.ts';

const tags = ['Admin'];

export const pricesAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/prices',
        tags,
        summary: 'List the prices of language models',
        description: 'In US dollars per million tokens, with their date and source.',
      },
    })
    .input(z.object({}))
    .output(ModelPriceList)
    .query(({ ctx }) => listPrices(ctx)),

  put: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/admin/prices/{model}',
        tags,
        summary: 'Set a model price',
        description: 'Used for costs that are reported from now on.',
      },
    })
    .input(SetPriceInput)
    .output(ModelPrice)
    .mutation(({ ctx, input }) => setPrice(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/prices/{model}',
        tags,
        summary: 'Delete a model price',
        description: 'What it costs is counted as unpriced from then on, unless it is reported.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(DeletePriceInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => deletePrice(ctx, input)),
});
