import { z } from 'zod';

/** Unix milliseconds as the wire carries them: ISO 8601, UTC, whole seconds. */
export function toIso(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

export const Timestamp = z.iso.datetime().max(40).meta({
  description: 'ISO 8601, UTC',
  example: '2025-10-27T12:34:56Z',
});

export const Limit = (fallback: number) =>
  z.int().min(1).max(100).default(fallback).meta({ description: 'How many to return', example: fallback });

export const Offset = z.int().min(0).default(0).meta({ description: 'How many to skip', example: 0 });

/** Pages are counted from 1. */
export const Page = z
  .int()
  .min(1)
  .max(1_000_000)
  .default(1)
  .meta({ description: 'Which page, from 1', example: 1 });
