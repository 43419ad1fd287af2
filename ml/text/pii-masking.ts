import { type PersonalDataType, RULES, SPACED_DIGITS, toSpacedNumberType } from './pii-rules.ts';
import { toPlainForm } from './plain-form.ts';
import { findPrivateKeys } from './secrets.ts';

/** One find: `value` stands at `[start, end)` of the text that was given. */
export interface PersonalData {
  type: PersonalDataType;
  value: string;
  start: number;
  end: number;
}

const CONTEXT_CHARS = 24;

/** Personal data in a text, in the order it stands there. Overlaps go to the rule that is trusted more. */
export function findPersonalData(text: string): PersonalData[] {
  const { seen, starts, ends } = toPlainForm(text);
  const found: PersonalData[] = [];
  const taken = new Uint8Array(seen.length);
  const take = (type: PersonalDataType, from: number, to: number) => {
    taken.fill(1, from, to);
    const start = starts ? (starts[from] as number) : from;
    const end = ends ? (ends[to - 1] as number) : to;
    found.push({ type, value: text.slice(start, end), start, end });
  };
  for (const [from, to] of findPrivateKeys(seen)) take('PRIVATE_KEY', from, to);
  for (const { type, pattern, accept } of RULES) {
    for (const match of seen.matchAll(pattern)) {
      const value = type === 'PASSWORD' ? match[0].replace(/(?<!["'`,.;)\]])["'`,.;)\]]+$/, '') : match[0];
      const from = match.index;
      const to = from + value.length;
      if (value === '' || taken.subarray(from, to).includes(1)) continue;
      const before = seen.slice(Math.max(0, from - CONTEXT_CHARS), from);
      if (accept?.(value, before, seen.slice(to, to + CONTEXT_CHARS)) === false) continue;
      take(type, from, to);
    }
  }
  for (const { 0: value, index } of seen.matchAll(SPACED_DIGITS)) {
    const type = toSpacedNumberType(value);
    const to = index + value.length;
    if (type && !taken.subarray(index, to).includes(1)) take(type, index, to);
  }
  return found.sort((a, b) => a.start - b.start);
}

/**
 * The text with each piece of personal data replaced by a numbered placeholder (`[PHONE_1]`); the same value gets
 * the same number, so that the text stays readable. Masking a masked text changes nothing.
 */
export function maskPersonalData(text: string): { text: string; found: PersonalData[] } {
  const found = findPersonalData(text);
  return { text: placeholders(text, found), found };
}

/** Puts a placeholder where each find stands; finds are in order and do not overlap. */
export function placeholders(text: string, found: readonly PersonalData[]): string {
  const numbers = new Map<string, number>();
  const counts = new Map<PersonalDataType, number>();
  let masked = '';
  let from = 0;
  for (const item of found) {
    const key = `${item.type} ${item.value.replace(/[\s.-]/g, '')}`;
    const number = numbers.get(key) ?? (counts.get(item.type) ?? 0) + 1;
    if (!numbers.has(key)) counts.set(item.type, number);
    numbers.set(key, number);
    masked += `${text.slice(from, item.start)}[${item.type}_${number}]`;
    from = item.end;
  }
  return masked + text.slice(from);
}
