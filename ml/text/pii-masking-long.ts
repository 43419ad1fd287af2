import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { findPersonalData, maskPersonalData, type PersonalData, placeholders } from './pii-masking.ts';
import { findPrivateKeys } from './secrets.ts';

/** A long text is searched in chunks of this size. */
const CHUNK_CHARS = 16_000;
/** Characters before a chunk that are read too: words there can show what a number is. */
const CONTEXT_BEFORE = 200;
/** Characters after a chunk that are read too: an item that starts in the chunk can end there. */
const CONTEXT_AFTER = 8_200;

/** `maskPersonalData` for texts of any length. It yields to the event loop after each chunk. */
export async function maskLongText(text: string): Promise<string> {
  if (text.length <= CHUNK_CHARS) return maskPersonalData(text).text;
  // A private key may be longer than a chunk, and its middle does not show what it is.
  const privateKeys = [...findPrivateKeys(text)].map(
    ([start, end]): PersonalData => ({ type: 'PRIVATE_KEY', value: text.slice(start, end), start, end }),
  );
  const personalData = [...privateKeys];
  let maskedUntil = 0;
  for (let chunkStart = 0; chunkStart < text.length; chunkStart += CHUNK_CHARS) {
    const windowStart = Math.max(0, chunkStart - CONTEXT_BEFORE);
    for (const item of findPersonalData(text.slice(windowStart, chunkStart + CHUNK_CHARS + CONTEXT_AFTER))) {
      const start = item.start + windowStart;
      if (start < Math.max(chunkStart, maskedUntil) || start >= chunkStart + CHUNK_CHARS) continue;
      const end = item.end + windowStart;
      if (privateKeys.some((key) => start < key.end && end > key.start)) continue;
      maskedUntil = end;
      personalData.push({ ...item, start, end });
    }
    await yieldToEventLoop();
  }
  personalData.sort((a, b) => a.start - b.start);
  return placeholders(text, personalData);
}

/**
 * Masks the strings, field names and long numbers of a JSON value. A value is searched together with the name of its
 * field, so that `{"password": "…"}` is masked whatever the value looks like.
 */
export async function maskValues<T>(value: T): Promise<T> {
  let charactersSinceYield = 0;
  const maskNested = async (value: unknown, name: string): Promise<unknown> => {
    if (typeof value === 'string' || (isLongNumber(value) && !TIMESTAMP_NAME.test(name))) {
      const text = String(value);
      // The name is searched with every value.
      charactersSinceYield += name.length + text.length;
      if (charactersSinceYield > CHUNK_CHARS) {
        charactersSinceYield = 0;
        await yieldToEventLoop();
      }
      const masked = await maskField(name, text);
      return masked === text ? value : masked;
    }
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) items.push(await maskNested(item, name));
      return items;
    }
    if (typeof value !== 'object' || value === null) return value;
    const fields: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      fields.push([maskPersonalData(key).text, await maskNested(item, key)]);
    }
    return Object.fromEntries(fields);
  };
  return (await maskNested(value, '')) as T;
}

async function maskField(name: string, text: string): Promise<string> {
  const prefix = `${name}: `;
  if (name === '' || text.length > CHUNK_CHARS) return maskLongText(text);
  const masked = maskPersonalData(prefix + text).text;
  return masked.startsWith(prefix) ? masked.slice(prefix.length) : maskPersonalData(text).text;
}

/** Names of fields that hold a time: milliseconds since 1970 have as many digits as a resident registration number. */
const TIMESTAMP_NAME =
  /(?:[Tt]ime|[Ss]tamp|[Dd]ate|_at|At|_ms|Ms|_ns|Ns|_us|Us|[Mm]illis|[Nn]anos|[Ee]poch|^(?:ts|at)|_ts|Ts)$/;

/** Whether a number is long enough to be a card number or a resident registration number. */
function isLongNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 1e9;
}
