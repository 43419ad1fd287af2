import { z } from 'zod';
import { Timestamp, TrimmedText } from '../../core/wire-types.ts';

export const PriceModel = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(200)
  .meta({ description: 'Its name, in lower case', example: 'gpt-4o-mini' });
const Dollars = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,9})?$/)
  .meta({ maxLength: 16 })
  .meta({ description: 'US dollars a million tokens, as a decimal', example: '0.15' });

export const SetPriceInput = z.object({
  model: PriceModel,
  input: Dollars,
  output: Dollars.meta({ example: '0.60' }),
  cached_input: Dollars.nullish().meta({
    description: "Input that the provider's cache has; as any other input unless given",
    example: '0.075',
  }),
  cache_write: Dollars.nullish().meta({
    description: 'Input that is written to the cache; as any other input unless given',
    example: '0.15',
  }),
  date: z.iso.date().max(10).optional().meta({ description: 'When it was the price; today unless given' }),
  source: TrimmedText(200).default('administrator'),
});

export const DeletePriceInput = z.object({ model: PriceModel });

export const ModelPrice = z
  .object({
    model: z.string().meta({ example: 'gpt-4o-mini' }),
    input: z.string().meta({ description: 'US dollars a million tokens', example: '0.15' }),
    output: z.string().meta({ example: '0.60' }),
    cached_input: z.string().nullable().meta({ description: 'null: as any other input', example: '0.075' }),
    cache_write: z.string().nullable().meta({ description: 'null: as any other input', example: null }),
    currency: z.literal('USD'),
    date: z.iso.date().meta({ description: 'The day on which it was the price' }),
    source: z.string().meta({ example: 'OpenAI API pricing' }),
    edited_at: Timestamp.nullable().meta({
      description: 'When an administrator put it; null: it ships with the product',
    }),
  })
  .meta({ id: 'ModelPrice' });
export type ModelPrice = z.infer<typeof ModelPrice>;
export const ModelPriceList = z.object({ prices: z.array(ModelPrice) });
