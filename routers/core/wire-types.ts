import { z } from 'zod';

/** Unix milliseconds as the wire carries them: ISO 8601, UTC, whole seconds. */
export function toIso(instant: number): string {
  return `${new Date(toReadableInstant(instant)).toISOString().slice(0, 19)}Z`;
}

const MIN_READABLE = Date.parse('0000-01-01T00:00:00Z');
const MAX_READABLE = Date.parse('9999-12-31T23:59:59Z');

/** Clients read years of four digits: an instant outside of them is shown as the nearest one, and no list breaks by it. */
function toReadableInstant(instant: number): number {
  return Math.min(Math.max(Number.isFinite(instant) ? instant : 0, MIN_READABLE), MAX_READABLE);
}

export const Timestamp = z.iso.datetime().max(40).meta({
  description: 'ISO 8601, UTC',
  example: '2025-10-27T12:34:56Z',
});

export const Limit = (fallback: number) =>
  z.int().min(1).max(100).default(fallback).meta({ description: 'How many to return', example: fallback });

export const Offset = z.int().min(0).default(0).meta({ description: 'How many to skip', example: 0 });

/** A text of which white space around it is no part, and which is not blank. */
export const TrimmedText = (maxChars: number) =>
  z.string().trim().min(1).max(maxChars).meta({ pattern: '\\S' });

/** Pages are counted from 1. */
export const Page = z
  .int()
  .min(1)
  .max(1_000_000)
  .default(1)
  .meta({ description: 'Which page, from 1', example: 1 });

/** What clients measure is at most this: differences and sums of many stay finite and exact. */
export const MAX_MEASURE = 1e12;
