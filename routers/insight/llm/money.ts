const NANO_DIGITS = 9;
const NANOS = 1e9;
const MILLION = 1_000_000n;

/** The price of a million tokens in nano-dollars. */
export interface Price {
  input_nanos: number;
  output_nanos: number;
  /** null: as any other input */
  cached_input_nanos: number | null;
  cache_write_nanos: number | null;
}

/** Tokens of a call; the last two are parts of the input. */
export interface PricedTokens {
  input_tokens: number;
  output_tokens: number;
  cached_input_tokens: number;
  cache_write_tokens: number;
}

/**
 * Converts dollars (`"0.15"`, `2.4e-7`) to whole nano-dollars with integers only; finer amounts are rounded half up.
 * Exact below nine million dollars.
 */
export function toNanos(dollars: number | string): number {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(String(dollars)) ?? [];
  const digits = whole + fraction;
  const zeroCount = Number(exponent) - fraction.length + NANO_DIGITS;
  if (zeroCount >= 0) return Number(BigInt(digits) * 10n ** BigInt(zeroCount));
  const unit = 10n ** BigInt(-zeroCount);
  return Number((BigInt(digits) + unit / 2n) / unit);
}

/** Dollars as a number, as the wire carries money. */
export function toDollars(nanos: number): number;
export function toDollars(nanos: number | null): number | null;
export function toDollars(nanos: number | null): number | null {
  return nanos === null ? null : nanos / NANOS;
}

/** Dollars as a decimal with at least two places: `"0.15"`. */
export function toDecimal(nanos: number): string {
  const text = String(nanos).padStart(NANO_DIGITS + 1, '0');
  const fraction = text.slice(-NANO_DIGITS).replace(/0{1,7}$/, '');
  return `${text.slice(0, -NANO_DIGITS)}.${fraction}`;
}

/** The cost of tokens, rounded half up to whole nano-dollars. */
export function computeCost(price: Price, tokens: PricedTokens): number {
  const { input_nanos, cached_input_nanos, cache_write_nanos } = price;
  const cached = [tokens.cached_input_tokens, cached_input_nanos ?? input_nanos] as const;
  const written = [tokens.cache_write_tokens, cache_write_nanos ?? input_nanos] as const;
  const rest = [tokens.input_tokens - cached[0] - written[0], input_nanos] as const;
  const micro = [rest, cached, written, [tokens.output_tokens, price.output_nanos] as const].reduce(
    (sum, [count, nanos]) => sum + BigInt(count) * BigInt(nanos),
    0n,
  );
  return Number((micro + MILLION / 2n) / MILLION);
}

/** Whether the reported cost differs from the computed one by more than 20 % of the latter. */
export function differsMaterially(reported: number, computed: number): boolean {
  return Math.abs(reported - computed) * 5 > computed;
}
