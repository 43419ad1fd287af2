import { z } from 'zod';
import { type LocalizedMessage, localizedMessage } from './validation-messages.ts';

const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;
const MAX_NAME_CHARS = 200;
const MAX_FIELDS = 1000;

/** As JSON Schema has no words for these, the document states them as extensions. */
const stated = { 'x-max-depth': MAX_DEPTH, 'x-max-values': MAX_VALUES, 'x-max-name-length': MAX_NAME_CHARS };

/** The metadata of an object that takes any fields. */
export const FREE_FIELDS = { maxProperties: MAX_FIELDS, ...stated };

const TOO_DEEP: LocalizedMessage = {
  ko: `${MAX_DEPTH}단계까지 중첩할 수 있습니다`,
  en: `Nest at most ${MAX_DEPTH} levels`,
};
const TOO_MANY: LocalizedMessage = {
  ko: `값을 모두 합쳐 ${MAX_VALUES.toLocaleString('en-US')}개까지 입력할 수 있습니다`,
  en: `Enter at most ${MAX_VALUES.toLocaleString('en-US')} values in all`,
};
const NAME_TOO_LONG: LocalizedMessage = {
  ko: `항목의 이름은 ${MAX_NAME_CHARS}자까지입니다`,
  en: `The name of a field may have at most ${MAX_NAME_CHARS} characters`,
};
const TOO_LARGE_NUMBER: LocalizedMessage = {
  ko: '2^53보다 큰 수는 글자로 입력하세요',
  en: 'Enter numbers beyond 2^53 as text',
};

/** JSON of any form, within bounds of depth, values and names. */
export const FreeValue = z.unknown().superRefine(checkBounds).meta(stated);

/** A JSON object of any fields, within the same bounds. */
export const FreeObject = z
  .record(z.string().max(MAX_NAME_CHARS), z.unknown())
  .superRefine(checkBounds)
  .meta(FREE_FIELDS);

/** A JSON list of any values, within the same bounds. */
export const FreeList = z.array(z.unknown().meta(stated)).max(MAX_VALUES).superRefine(checkBounds);

/** For an object that takes other fields than those it names: those have the same bounds. */
export function withFreeFields<T extends z.ZodObject>(schema: T): T {
  return schema.superRefine(checkBounds).meta(FREE_FIELDS);
}

function checkBounds(value: unknown, check: z.RefinementCtx): void {
  const problem = findExcess(value);
  if (problem) check.addIssue({ code: 'custom', ...localizedMessage(problem.ko, problem.en) });
}

/** Whether JSON of any form is within the bounds. */
export function isWithinBounds(value: unknown): boolean {
  return findExcess(value) === null;
}

/** The first bound that a JSON value breaks. It looks at no more values than are allowed. */
function findExcess(root: unknown): LocalizedMessage | null {
  let level: unknown[] = [root];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return TOO_LARGE_NUMBER;
      if (typeof value !== 'object' || value === null) continue;
      if (depth >= MAX_DEPTH) return TOO_DEEP;
      const names = Array.isArray(value) ? [] : Object.keys(value);
      if (names.some((name) => name.length > MAX_NAME_CHARS)) return NAME_TOO_LONG;
      values += Array.isArray(value) ? value.length : names.length;
      if (values > MAX_VALUES) return TOO_MANY;
      for (const item of Object.values(value)) next.push(item);
    }
    level = next;
  }
  return null;
}
