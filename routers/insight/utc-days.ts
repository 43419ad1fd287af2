import { z } from 'zod';
import { DAY_MS, toUtcDate } from '../core/days.ts';
import { parseInstant } from '../core/instant.ts';
import { localizedMessage } from '../core/validation-messages.ts';

/** Texts that sort before and after every day. */
const MIN_DAY = '';
const MAX_DAY = '~';

/** A day, or an instant in UTC; null for neither. */
function toDayOrInstant(text: string): string | null {
  const isDay = z.iso.date().safeParse(text).success;
  const instant = parseInstant(isDay ? `${text}T00:00` : text);
  if (instant === null) return null;
  return isDay ? text : new Date(instant).toISOString();
}

/** A string, since the OpenAPI generator takes no union in a query. */
const DayOrTimestamp = z
  .string()
  .max(40)
  .refine(
    (text) => toDayOrInstant(text) !== null,
    localizedMessage(
      '2025-10-01 같은 날짜나 2025-10-01T09:00:00Z 같은 시각을 입력하세요',
      'Enter a day such as 2025-10-01, or an instant such as 2025-10-01T09:00:00Z',
    ),
  )
  .transform((text) => toDayOrInstant(text) ?? text)
  .meta({ pattern: '^\\d{4}-\\d\\d-\\d\\d' });

/** Query fields for a period. Both ends are included: the whole day or the whole second. */
export const period = {
  from: DayOrTimestamp.optional().meta({ description: 'A day (UTC) or an instant', example: '2025-10-01' }),
  to: DayOrTimestamp.optional().meta({
    description: 'Included: the whole day, the whole second',
    example: '2025-10-31',
  }),
};

export interface Period {
  from?: string | undefined;
  to?: string | undefined;
}

/** The first day of the month of a day. */
export function toUtcMonth(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

/** The instant at which the UTC day of an instant begins. */
export function toUtcDayStart(instant: number): number {
  return Math.floor(instant / DAY_MS) * DAY_MS;
}

/** A period as instants; the second is exclusive. */
export function toInstantRange({ from, to }: Period): [from: number, before: number] {
  return [
    from ? Date.parse(from) : Number.NEGATIVE_INFINITY,
    to ? toInclusiveEnd(to) : Number.POSITIVE_INFINITY,
  ];
}

function toInclusiveEnd(to: string): number {
  const instant = Date.parse(to);
  return to.length === 10 ? instant + DAY_MS : Math.floor(instant / 1000) * 1000 + 1000;
}

/** The first and the last day that a period touches. */
export function toDayRange(period: Period): [from: string, to: string] {
  return [period.from?.slice(0, 10) ?? MIN_DAY, period.to?.slice(0, 10) ?? MAX_DAY];
}

/** Splits a period into its whole days (the end is exclusive) and the parts of days at its ends. */
export function splitPeriod(period: Period): { days: [string, string]; edges: [number, number][] } {
  const [from, before] = toInstantRange(period);
  const first = Math.ceil(from / DAY_MS) * DAY_MS;
  const last = toUtcDayStart(before);
  if (first > last) return { days: [MIN_DAY, MIN_DAY], edges: [[from, before]] };
  const edges: [number, number][] = [
    [from, first],
    [last, before],
  ];
  return {
    days: [
      Number.isFinite(first) ? toUtcDate(first) : MIN_DAY,
      Number.isFinite(last) ? toUtcDate(last) : MAX_DAY,
    ],
    edges: edges.filter(([a, b]) => a < b),
  };
}

/** Days or months; the second is exclusive. */
export type DaySpan = [from: string, before: string];

/**
 * Splits days into whole months and the days at the ends. An end that covers most of its month counts as that whole
 * month, and `excess` has the days to subtract again.
 */
export function splitMonths([from, before]: DaySpan): {
  months: DaySpan;
  days: DaySpan[];
  excess: DaySpan[];
} {
  if (from >= before) return { months: [MIN_DAY, MIN_DAY], days: [], excess: [] };
  let firstMonth = from === MIN_DAY || from === toUtcMonth(from) ? from : toNextMonth(from);
  let lastMonth = before === MAX_DAY ? MAX_DAY : toUtcMonth(before);
  if (firstMonth > lastMonth) return { months: [MIN_DAY, MIN_DAY], days: [[from, before]], excess: [] };
  const [days, excess]: [DaySpan[], DaySpan[]] = [[], []];
  if (from < firstMonth && isFirstHalfOfMonth(from)) {
    firstMonth = toUtcMonth(from);
    excess.push([firstMonth, from]);
  } else days.push([from, firstMonth]);
  if (lastMonth < before && !isFirstHalfOfMonth(before)) {
    lastMonth = toNextMonth(before);
    excess.push([before, lastMonth]);
  } else days.push([lastMonth, before]);
  return {
    months: [firstMonth, lastMonth],
    days: days.filter(isNotEmpty),
    excess: excess.filter(isNotEmpty),
  };
}

const isFirstHalfOfMonth = (day: string) => day.slice(8) <= '15';
const isNotEmpty = ([from, before]: DaySpan) => from < before;

function toNextMonth(day: string): string {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return toUtcDate(Date.UTC(year, month));
}
