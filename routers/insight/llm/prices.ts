import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Db, llm_prices, preparedStatements, transact } from '../../../db/index.ts';
import content from '../../../db/seed-data/prices.json' with { type: 'json' };
import { type Price, toNanos } from './money.ts';

interface ShippedPrice {
  model: string;
  /** US dollars a million tokens */
  input: string;
  output: string;
  cached_input?: string;
  cache_write?: string;
  date: string;
  source: string;
}
const SHIPPED_PRICES: readonly ShippedPrice[] = content.prices;

/** Inserts the shipped prices, and updates those that no administrator has edited. Runs at every start. */
export function seedPrices(db: Db): void {
  transact(db, () => {
    for (const { model, input, output, cached_input, cache_write, date, source } of SHIPPED_PRICES) {
      const price = {
        input_nanos: toNanos(input),
        output_nanos: toNanos(output),
        cached_input_nanos: cached_input === undefined ? null : toNanos(cached_input),
        cache_write_nanos: cache_write === undefined ? null : toNanos(cache_write),
        date,
        source,
      };
      db.insert(llm_prices)
        .values({ model, ...price })
        .onConflictDoUpdate({
          target: llm_prices.model,
          set: price,
          setWhere: isNull(llm_prices.edited_at),
        })
        .run();
    }
  });
}

const statements = preparedStatements((db) => ({
  price: db
    .select({
      input_nanos: llm_prices.input_nanos,
      output_nanos: llm_prices.output_nanos,
      cached_input_nanos: llm_prices.cached_input_nanos,
      cache_write_nanos: llm_prices.cache_write_nanos,
    })
    .from(llm_prices)
    .where(and(eq(llm_prices.model, sql.placeholder('model')), eq(llm_prices.removed, false)))
    .prepare(),
}));

/** The price of a model by its name in reports; null when it is unknown. */
export function findPrice(db: Db, model_name: string): Price | null {
  for (const model of listModelAliases(model_name)) {
    const price = statements(db).price.get({ model });
    if (price) return price;
  }
  return null;
}

/** A date or version at the end of a model's name: `-2024-07-18`, `@20241022`, `-v2:0`, `-002`, `-latest`, `-preview`. */
const VERSION = /(?:[-@:](?:\d{2,8}|v\d+|latest|preview)|:\d)$/;

/**
 * The names under which the price of a model may be stored, the closest first: its own name, without the host's
 * prefix, without its version.
 *
 * @example
 * listModelAliases('us.anthropic.claude-3-5-sonnet-20241022-v2:0') // … 'claude-3-5-sonnet'
 */
export function listModelAliases(model_name: string): string[] {
  const exactName = model_name.trim().toLowerCase();
  const baseName = exactName
    .replace(/^.*\//, '')
    .replace(/^(?:[a-z]{2,4}\.)?(?:anthropic|meta|mistral|cohere|amazon)\./, '');
  const names = new Set([exactName, baseName]);
  for (let name = baseName; VERSION.test(name); ) {
    name = name.replace(VERSION, '');
    names.add(name);
  }
  return [...names];
}
