import { and, asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { llm_prices, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { adminProcedure, router } from '../../core/procedures.ts';
import { Timestamp, toIso } from '../../core/wire-types.ts';
import { toUtcDay } from '../utc-days.ts';
import { toDecimal, toNanos } from './money.ts';
import { seedPrices } from './prices.ts';

const Model = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(200)
  .meta({ description: 'Its name, in lower case', example: 'gpt-4o-mini' });
const Dollars = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,9})?$/)
  .meta({ description: 'US dollars a million tokens, as a decimal', example: '0.15' });

const PriceInput = z.object({
  model: Model,
  input: Dollars,
  output: Dollars.meta({ example: '0.60' }),
  date: z.iso.date().optional().meta({ description: 'When it was the price; today unless given' }),
  source: z.string().trim().min(1).max(200).default('administrator'),
});

const ModelPrice = z
  .object({
    model: z.string().meta({ example: 'gpt-4o-mini' }),
    input: z.string().meta({ description: 'US dollars a million tokens', example: '0.15' }),
    output: z.string().meta({ example: '0.60' }),
    currency: z.literal('USD'),
    date: z.iso.date().meta({ description: 'The day on which it was the price' }),
    source: z.string().meta({ example: 'OpenAI API pricing' }),
    edited_at: Timestamp.nullable().meta({
      description: 'When an administrator put it; null: it ships with the product',
    }),
  })
  .meta({ id: 'ModelPrice' });

type Row = typeof llm_prices.$inferSelect;

/** Every model whose price is known. */
function listPrices({ db }: Context): { prices: z.infer<typeof ModelPrice>[] } {
  seedPrices(db);
  const known = eq(llm_prices.removed, false);
  const rows = db.select().from(llm_prices).where(known).orderBy(asc(llm_prices.model)).all();
  return { prices: rows.map(shown) };
}

/** Sets the price of a model from now on; costs that were reported before stay as they are. */
function putPrice(ctx: Context, input: z.output<typeof PriceInput>): z.infer<typeof ModelPrice> {
  seedPrices(ctx.db);
  const now = ctx.clock.now();
  const { model, date = toUtcDay(now), source } = input;
  const price = { input_nanos: toNanos(input.input), output_nanos: toNanos(input.output), date, source };
  const set = { ...price, edited_at: now, removed: false };
  return transact(ctx.db, () => {
    audit(ctx, 'prices.put', model, { input: input.input, output: input.output, date, source });
    const target = llm_prices.model;
    const row = ctx.db
      .insert(llm_prices)
      .values({ model, ...set })
      .onConflictDoUpdate({ target, set })
      .returning()
      .get();
    return shown(row);
  });
}

/** The row stays, so that the price does not come back with the next start. Throws NOT_FOUND. */
function removePrice(ctx: Context, { model }: { model: string }): Record<string, never> {
  seedPrices(ctx.db);
  transact(ctx.db, () => {
    const known = and(eq(llm_prices.model, model), eq(llm_prices.removed, false));
    const { changes } = ctx.db
      .update(llm_prices)
      .set({ removed: true, edited_at: ctx.clock.now() })
      .where(known)
      .run();
    if (changes === 0) throw new ApiError('NOT_FOUND');
    audit(ctx, 'prices.remove', model, {});
  });
  return {};
}

function shown({
  model,
  input_nanos,
  output_nanos,
  date,
  source,
  edited_at,
}: Row): z.infer<typeof ModelPrice> {
  return {
    model,
    input: toDecimal(input_nanos),
    output: toDecimal(output_nanos),
    currency: 'USD',
    date,
    source,
    edited_at: edited_at === null ? null : toIso(edited_at),
  };
}

const tags = ['Admin'];

export const pricesAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: { method: 'GET', path: '/admin/prices', tags, summary: 'What language models cost' },
    })
    .input(z.object({}))
    .output(z.object({ prices: z.array(ModelPrice) }))
    .query(({ ctx }) => listPrices(ctx)),

  put: adminProcedure
    .meta({
      openapi: { method: 'PUT', path: '/admin/prices/{model}', tags, summary: 'Set the price of a model' },
    })
    .input(PriceInput)
    .output(ModelPrice)
    .mutation(({ ctx, input }) => putPrice(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/prices/{model}',
        tags,
        summary: 'Forget the price of a model',
        description: 'What it costs is counted as unpriced from then on, unless it is reported.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(z.object({ model: Model }))
    .output(z.object({}))
    .mutation(({ ctx, input }) => removePrice(ctx, input)),
});
