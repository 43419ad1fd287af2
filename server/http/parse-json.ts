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
  assertJsonDepth(text);
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

/** Throws INVALID_INPUT for a text that, read as JSON, nests too deeply. Most are too short for that. */
export function assertJsonDepth(text: string): void {
  if (text.length > 2 * MAX_DEPTH && nestsDeeper(text, MAX_DEPTH)) {
    throw invalid('', '너무 깊이 중첩되어 있습니다', 'It is nested too deeply');
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\[]{}'].map((sign) =>
  sign.charCodeAt(0),
);

/** One pass over the brackets that stand in no string. */
function nestsDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === QUOTE) at = endOfString(text, at + 1);
    else if (sign === OPEN_LIST || sign === OPEN_OBJECT) {
      if (++depth > maxDepth) return true;
    } else if (sign === CLOSE_LIST || sign === CLOSE_OBJECT) depth--;
  }
  return false;
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
