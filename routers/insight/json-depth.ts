const DEEPEST = 32;

/** Whether a JSON value nests no deeper than anything that is kept may: what writes it out again goes level by level. */
export function isShallow(value: unknown, depth = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((item) => isShallow(item, depth - 1));
}
