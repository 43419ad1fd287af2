const MAX_DEPTH = 32;

/** Whether a JSON value is nested at most `depth` levels: serializing recurses, so stored values have a maximum. */
export function isShallow(value: unknown, depth = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((item) => isShallow(item, depth - 1));
}
