/** Events of iCalendar (RFC 5545): whole calendars, or a bare VEVENT. */

import { type ContentLine, findLine, readContentLines } from './content-lines.ts';
import { toNullIfEmpty } from './decode.ts';
import type { LinkSource, PayloadContent } from './payload.ts';
import type { SchemeText } from './scheme.ts';

const NOT_SEARCHED = new Set([
  'BEGIN',
  'END',
  'VERSION',
  'UID',
  'PRODID',
  'DTSTAMP',
  'ORGANIZER',
  'ATTENDEE',
]);
const TIME = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z?))?$/i;

/** Minutes that a zone of the time zone database is ahead of UTC at an instant; null for an unknown zone. */
function findZoneOffset(zone: string, instant: number): number | null {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric',
    }); // biome-ignore format: one list
    const part = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const there = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!);
    return Math.round((there - instant) / 60_000);
  } catch {
    return null;
  }
}

function toOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/**
 * The offset of a VTIMEZONE in the same text (`+0900`), in minutes, when the calendar has one zone without daylight
 * saving.
 */
function findOffsetInText(lines: readonly ContentLine[]): number | null {
  const offsets = new Set(lines.filter(({ name }) => name === 'TZOFFSETTO').map(({ value }) => value.trim()));
  const [only] = offsets;
  const match = offsets.size === 1 && only !== undefined ? /^([+-])(\d{2})(\d{2})/.exec(only) : null;
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** The start as a date, as a time with offset, or, when the event has no zone, as local time. */
function toStart(line: ContentLine | null, lines: readonly ContentLine[]): string | null {
  const match = TIME.exec(line?.value.trim() ?? '');
  if (!line || !match) return null;
  const [, year, month, day, hour, minute, second = '00', utc] = match;
  const date = `${year}-${month}-${day}`;
  const isoDate = hour === undefined ? date : `${date}T${hour}:${minute}:${second}`;
  if (Number.isNaN(Date.parse(hour === undefined ? date : `${isoDate}Z`))) return null;
  if (hour === undefined || utc) return hour === undefined ? date : `${isoDate}Z`;
  const zone = line.params.get('TZID');
  if (zone === undefined) return isoDate;
  const wall = Date.parse(`${isoDate}Z`);
  const guess = findZoneOffset(zone, wall);
  // Around a change of daylight saving the first guess may have the wrong offset.
  const minutes = guess === null ? findOffsetInText(lines) : findZoneOffset(zone, wall - guess * 60_000);
  return minutes === null ? isoDate : `${isoDate}${toOffset(minutes)}`;
}

export function parseEvent({ scheme, rest }: SchemeText, text: string): PayloadContent | null {
  if (scheme !== 'begin' || !/^\s*(?:vcalendar|vevent|vtodo)/i.test(rest)) return null;
  const lines = readContentLines(text);
  const first = lines.findIndex(
    ({ name, value }) => name === 'BEGIN' && /^(?:vevent|vtodo)$/i.test(value.trim()),
  );
  const event = first === -1 ? lines : lines.slice(first);
  return {
    kind: 'event',
    fields: {
      title: toNullIfEmpty(findLine(event, 'SUMMARY')?.value),
      starts_at: toStart(findLine(event, 'DTSTART'), lines),
    },
    reasons: [],
    sources: lines
      .filter(
        ({ name, params }) => !NOT_SEARCHED.has(name) && params.get('ENCODING')?.toUpperCase() !== 'BASE64',
      )
      .map(
        ({ name, value }): LinkSource => ({
          field: name.toLowerCase(),
          text: value,
          as: name === 'URL' ? 'address' : 'prose',
        }),
      ),
  };
}
