import { DAY_MS } from './days.ts';

const MAX_FORMATTERS = 1000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a name that is no time zone's. */
function getFormatter(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    // Users choose their zones, and a name may be written in any case.
    if (formatters.size >= MAX_FORMATTERS) formatters.clear();
    formatters.set(zone, formatter);
  }
  return formatter;
}

export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string') return false;
  try {
    getFormatter(name);
    return true;
  } catch {
    return false;
  }
}

/** What a clock on the wall shows, as if it were UTC: Unix milliseconds, whole seconds. */
function wallClock(instant: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of getFormatter(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The calendar day of an instant where the zone is, counted from 1970-01-01. */
export function toDayNumber(instant: number, zone: string): number {
  return Math.floor(wallClock(instant, zone) / DAY_MS);
}

/** The instant a day begins where the zone is: Unix milliseconds. */
export function toStartOfDay(day: number, zone: string): number {
  const targetMs = day * DAY_MS;
  let instant = targetMs;
  // The second look is for a change of the clocks between the first guess and the midnight.
  for (let i = 0; i < 2; i++) instant += targetMs - wallClock(instant, zone);
  return instant;
}
