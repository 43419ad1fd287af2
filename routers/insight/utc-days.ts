import { z } from 'zod';
import { DAY_MS } from '../core/days.ts';
import { sentences } from '../core/validation-messages.ts';

/** Before every day there is, and after. */
const FIRST = '';
const LAST = '~';

const DayOrInstant = z.union([z.iso.date(), z.iso.datetime()]);
/** The document's generator takes no union in a query. */
const Moment = z
  .string()
  .refine(
    (text) => DayOrInstant.safeParse(text).success,
    sentences(
      '2025-10-01 같은 날짜나 2025-10-01T09:00:00Z 같은 시각을 입력하세요',
      'Enter a day such as 2025-10-01, or an instant such as 2025-10-01T09:00:00Z',
    ),
  );

/** Query fields of what has a time. Both ends are included: a day whole, a second whole. */
export const period = {
  from: Moment.optional().meta({ description: 'A day (UTC) or an instant', example: '2025-10-01' }),
  to: Moment.optional().meta({
    description: 'Included: the whole day, the whole second',
    example: '2025-10-31',
  }),
};

export interface Period {
  from?: string | undefined;
  to?: string | undefined;
}

/** `2025-10-27`, of UTC. */
export function toUtcDay(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** The first day of a day's month. */
export function toUtcMonth(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

/** The midnight with which the day of an instant began. */
export function toUtcDayStart(instant: number): number {
  return Math.floor(instant / DAY_MS) * DAY_MS;
}

/** A period as instants: from the first to before the second. */
export function toInstantRange({ from, to }: Period): [from: number, before: number] {
  return [from ? Date.parse(from) : Number.NEGATIVE_INFINITY, to ? endOf(to) : Number.POSITIVE_INFINITY];
}

function endOf(to: string): number {
  const instant = Date.parse(to);
  return to.length === 10 ? instant + DAY_MS : Math.floor(instant / 1000) * 1000 + 1000;
}

/** The days a period touches: from the first to the last. */
export function toDayRange(period: Period): [from: string, to: string] {
  return [period.from?.slice(0, 10) ?? FIRST, period.to?.slice(0, 10) ?? LAST];
}

/** A period as the whole days in it (from the first to before the second), and the pieces of days at its ends. */
export function splitPeriod(period: Period): { days: [string, string]; edges: [number, number][] } {
  const [from, before] = toInstantRange(period);
  const first = Math.ceil(from / DAY_MS) * DAY_MS;
  const last = toUtcDayStart(before);
  if (first > last) return { days: [FIRST, FIRST], edges: [[from, before]] };
  const edges: [number, number][] = [
    [from, first],
    [last, before],
  ];
  return {
    days: [Number.isFinite(first) ? toUtcDay(first) : FIRST, Number.isFinite(last) ? toUtcDay(last) : LAST],
    edges: edges.filter(([a, b]) => a < b),
  };
}

/** Days and months, from the first to before the second. */
export type DaySpan = [from: string, before: string];

/**
 * Days as the whole months in them, and the days that are left at the ends; or, of an end that has most of its month,
 * that month too, and the days that it has too much (`less`).
 */
export function splitMonths([from, before]: DaySpan): { months: DaySpan; days: DaySpan[]; less: DaySpan[] } {
  if (from >= before) return { months: [FIRST, FIRST], days: [], less: [] };
  let first = from === FIRST || from === toUtcMonth(from) ? from : monthAfter(from);
  let last = before === LAST ? LAST : toUtcMonth(before);
  if (first > last) return { months: [FIRST, FIRST], days: [[from, before]], less: [] };
  const [days, less]: [DaySpan[], DaySpan[]] = [[], []];
  if (from < first && isEarly(from)) {
    first = toUtcMonth(from);
    less.push([first, from]);
  } else days.push([from, first]);
  if (last < before && !isEarly(before)) {
    last = monthAfter(before);
    less.push([before, last]);
  } else days.push([last, before]);
  return { months: [first, last], days: days.filter(isSome), less: less.filter(isSome) };
}

const isEarly = (day: string) => day.slice(8) <= '15';
const isSome = ([from, before]: DaySpan) => from < before;

function monthAfter(day: string): string {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return toUtcDay(Date.UTC(year, month));
}
