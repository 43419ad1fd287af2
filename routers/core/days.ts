/** A day of 24 hours, in milliseconds. */
export const DAY_MS = 86_400_000;

/** The UTC day of an instant (Unix milliseconds), as `2025-10-27`. */
export function toUtcDate(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
