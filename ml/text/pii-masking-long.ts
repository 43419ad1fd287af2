import { setImmediate as breathe } from 'node:timers/promises';
import { findPersonalData, maskPersonalData, type PersonalData, placeholders } from './pii-masking.ts';

/** Characters looked at in one go; what comes before helps to tell, and what begins in it may end behind it. */
const CHUNK_CHARS = 16_000;
const CONTEXT_BEFORE = 200;
const CONTEXT_AFTER = 8_200;

/** `maskPersonalData` for texts of any length: it lets others run between pieces, so nobody waits for megabytes. */
export async function maskLongText(text: string): Promise<string> {
  if (text.length <= CHUNK_CHARS) return maskPersonalData(text).text;
  const found: PersonalData[] = [];
  let free = 0;
  for (let at = 0; at < text.length; at += CHUNK_CHARS) {
    const from = Math.max(0, at - CONTEXT_BEFORE);
    for (const item of findPersonalData(text.slice(from, at + CHUNK_CHARS + CONTEXT_AFTER))) {
      const start = item.start + from;
      if (start < Math.max(at, free) || start >= at + CHUNK_CHARS) continue;
      free = item.end + from;
      found.push({ ...item, start, end: free });
    }
    await breathe();
  }
  return placeholders(text, found);
}

/**
 * A JSON value whose strings, names of fields and long numbers are masked. A field's name is read with its value:
 * `{"password": "…"}` is a password though nothing in the value says so.
 */
export async function maskValues<T>(value: T): Promise<T> {
  let read = 0;
  const walk = async (value: unknown, name: string): Promise<unknown> => {
    if (typeof value === 'string' || (isLongNumber(value) && !INSTANT.test(name))) {
      const text = String(value);
      read += text.length;
      if (read > CHUNK_CHARS) {
        read = 0;
        await breathe();
      }
      const masked = await maskField(name, text);
      return masked === text ? value : masked;
    }
    if (Array.isArray(value)) {
      const items: unknown[] = [];
      for (const item of value) items.push(await walk(item, name));
      return items;
    }
    if (typeof value !== 'object' || value === null) return value;
    const fields: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      fields.push([maskPersonalData(key).text, await walk(item, key)]);
    }
    return Object.fromEntries(fields);
  };
  return (await walk(value, '')) as T;
}

async function maskField(name: string, text: string): Promise<string> {
  const prefix = `${name}: `;
  if (name === '' || text.length > CHUNK_CHARS) return maskLongText(text);
  const masked = maskPersonalData(prefix + text).text;
  return masked.startsWith(prefix) ? masked.slice(prefix.length) : maskPersonalData(text).text;
}

/** Milliseconds since 1970 have as many digits as a resident number. */
const INSTANT = /(?:time|stamp|date|_at|_ms|^ts|^at)$/i;

/** A card or resident number may be sent as a number. */
function isLongNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 1e9;
}
