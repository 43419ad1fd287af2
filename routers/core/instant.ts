import { z } from 'zod';
import { localizedMessage } from './validation-messages.ts';

/** What is stored must be readable by every client, so instants that no clock shows are refused. */
export const MIN_INSTANT = Date.UTC(2000, 0, 1);
export const MAX_INSTANT = Date.UTC(2100, 0, 1);

const MAX_INSTANT_CHARS = 40;
const ISO_8601 =
  /^(\d{4}-\d\d-\d\d)[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?)(?: ?(Z)|( ?[+-]|%2B|%2D| )((?:[01]\d|2[0-3])(?::?[0-5]\d)?))?$/i;

/**
 * Unix milliseconds of an instant in ISO 8601, as Git, Python and JavaScript write it; UTC without an offset. In a query
 * string, the `+` of an offset may arrive as a blank or as `%2B`. Null for anything else, and outside of 2000 to 2100.
 */
export function parseInstant(text: string): number | null {
  if (text.length > MAX_INSTANT_CHARS) return null;
  const [, day, time, utc, sign, offset] = ISO_8601.exec(text.trim()) ?? [];
  if (day === undefined || time === undefined || !z.iso.date().safeParse(day).success) return null;
  const wall = Date.parse(`${day}T${time.replace(',', '.')}Z`);
  const instant = utc || !sign || !offset ? wall : wall - toOffsetMs(sign, offset);
  return isStorableInstant(instant) ? instant : null;
}

export function isStorableInstant(instant: number): boolean {
  return instant >= MIN_INSTANT && instant <= MAX_INSTANT;
}

function toOffsetMs(sign: string, offset: string): number {
  const hours = Number(offset.slice(0, 2));
  const minutes = Number(offset.slice(2).replace(':', ''));
  return (/[-D]/i.test(sign) ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** The one instant of all inputs; the output is Unix milliseconds. */
export const Instant = z
  .string()
  .max(MAX_INSTANT_CHARS)
  .refine(
    (text) => parseInstant(text) !== null,
    localizedMessage(
      '2000년부터 2100년 사이의 시각을 2025-10-27T12:34:56Z 형식으로 입력하세요',
      'Enter a date and time between 2000 and 2100 such as 2025-10-27T12:34:56Z',
    ),
  )
  .transform((text) => parseInstant(text) ?? Number.NaN)
  .meta({
    description: 'ISO 8601, 2000 to 2100; UTC when it names no offset',
    format: 'date-time',
    example: '2025-10-28T10:30:00Z',
  });
