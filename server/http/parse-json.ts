import { ApiError, invalid } from '../../routers/core/errors.ts';

/**
 * Levels that a body may nest. It is checked, masked and written by recursion, which ends well at ten times this, and
 * trees of files, two levels a folder, don't come near it.
 */
const MAX_DEPTH = 1000;

/**
 * The value of a JSON text, which is a body, or the value of a parameter. Throws INVALID_INPUT for what is none, and for
 * what nests too deeply.
 */
export function parseJson(text: string, path = ''): unknown {
  assertJsonBounds(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError('INVALID_INPUT', {
      cause,
      issues: [
        path === ''
          ? { path, ko: '본문이 올바른 JSON이 아닙니다', en: 'The body is not valid JSON' }
          : { path, ko: '올바른 JSON이 아닙니다', en: 'It is not valid JSON' },
      ],
    });
  }
}

/** Lists and objects, values of both, and different names of fields, in a body: what `JSON.parse` takes long for. */
const MAX_CONTAINERS = 250_000;
const MAX_VALUES = 600_000;
const MAX_NAMES = 20_000;
/** An object whose fields no other has takes ten times as long: with more names than these there may be fewer of them. */
const MANY_NAMES = 1000;
const MAX_DIFFERENT_OBJECTS = 50_000;

/** Throws INVALID_INPUT for a text that, read as JSON, nests too deeply or has too many parts. Most are too short for that. */
export function assertJsonBounds(text: string): void {
  if (text.length <= 2 * MAX_DEPTH) return;
  const excess = findExcess(text);
  if (excess === 'depth') throw invalid('', '너무 깊이 중첩되어 있습니다', 'It is nested too deeply');
  if (excess === 'parts')
    throw invalid('', '값이나 항목이 너무 많습니다', 'It has too many values or fields');
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, COMMA, COLON] = [
  ...'"\\[]{},:',
].map((sign) => sign.charCodeAt(0));

/** One pass over the signs that stand in no string. */
function findExcess(text: string): 'depth' | 'parts' | null {
  const names = new Set<string>();
  let [depth, containers, values, lastString, lastEnd] = [0, 0, 0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) {
      lastString = at + 1;
      lastEnd = at = endOfString(text, at + 1);
    } else if (sign === OPEN_LIST || sign === OPEN_OBJECT) {
      if (++depth > MAX_DEPTH) return 'depth';
      if (++containers > MAX_CONTAINERS) return 'parts';
    } else if (sign === CLOSE_LIST || sign === CLOSE_OBJECT) depth--;
    else if (sign === COMMA) {
      if (++values > MAX_VALUES) return 'parts';
    } else if (sign === COLON) {
      names.add(text.slice(lastString, lastEnd));
      if (names.size > MAX_NAMES) return 'parts';
      if (names.size > MANY_NAMES && containers > MAX_DIFFERENT_OBJECTS) return 'parts';
    }
  }
  return null;
}

/** Where the string that began before `from` has its closing quote: one after an even number of backslashes. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let index = end - 1;
    while (index >= from && text.charCodeAt(index) === BACKSLASH) index--;
    if ((end - index) % 2 === 1) return end;
  }
  return text.length;
}
