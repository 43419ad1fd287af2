import { and, asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { llm_prices, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { toUtcDate } from '../../core/days.ts';
import { ApiError } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import { toDecimal, toNanos } from './money.ts';
import type { DeletePriceInput, ModelPrice, ModelPriceList, SetPriceInput } from './price-schemas.ts';

/** Every model with a known price, by name. */
export function listPrices({ db }: Context): z.infer<typeof ModelPriceList> {
  const isKnown = eq(llm_prices.removed, false);
  const rows = db.select().from(llm_prices).where(isKnown).orderBy(asc(llm_prices.model)).all();
  return { prices: rows.map(toPrice) };
}

/** Sets the price of a model from now on; costs that were reported before stay as they are. */
export function setPrice(ctx: Context, input: z.output<typeof SetPriceInput>): ModelPrice {
  const now = ctx.clock.now();
  const { model, date = toUtcDate(now), source } = input;
  const { input: input_price, output, cached_input = null, cache_write = null } = input;
  const price = {
    input_nanos: toNanos(input_price),
    output_nanos: toNanos(output),
    cached_input_nanos: cached_input === null ? null : toNanos(cached_input),
    cache_write_nanos: cache_write === null ? null : toNanos(cache_write),
    date,
    source,
  };
  const set = { ...price, edited_at: now, removed: false };
  return transact(ctx.db, () => {
    audit(ctx, 'prices.put', model, { input: input_price, output, cached_input, cache_write, date, source });
    const row = ctx.db
      .insert(llm_prices)
      .values({ model, ...set })
      .onConflictDoUpdate({ target: llm_prices.model, set })
      .returning()
      .get();
    return toPrice(row);
  });
}

/** Marks a price as removed; the row stays, so that the next start does not insert it again. Throws NOT_FOUND. */
export function deletePrice(
  ctx: Context,
  { model }: z.output<typeof DeletePriceInput>,
): Record<string, never> {
  transact(ctx.db, () => {
    const isKnown = and(eq(llm_prices.model, model), eq(llm_prices.removed, false));
    const { changes } = ctx.db
      .update(llm_prices)
      .set({ removed: true, edited_at: ctx.clock.now() })
      .where(isKnown)
      .run();
    if (changes === 0) throw new ApiError('NOT_FOUND');
    audit(ctx, 'prices.remove', model, {});
  });
  return {};
}

function toPrice(row: typeof llm_prices.$inferSelect): ModelPrice {
  const { model, input_nanos, output_nanos, cached_input_nanos, cache_write_nanos, date, source, edited_at } =
    row;
  return {
    model,
    input: toDecimal(input_nanos),
    output: toDecimal(output_nanos),
    cached_input: cached_input_nanos === null ? null : toDecimal(cached_input_nanos),
    cache_write: cache_write_nanos === null ? null : toDecimal(cache_write_nanos),
    currency: 'USD',
    date,
    source,
    edited_at: edited_at === null ? null : toIso(edited_at),
  };
}
