/** Characters of every kind that patterns tell apart. */
const KINDS = [
  'a',
  'A',
  '0',
  '1',
  ' ',
  '\t',
  '\n',
  '.',
  '-',
  '_',
  '/',
  '\\',
  ':',
  ',',
  '@',
  '(',
  ')',
  '[',
  ']',
];
const MORE = [
  '{',
  '}',
  '<',
  '"',
  "'",
  '`',
  '=',
  '&',
  '%',
  '#',
  '?',
  '!',
  '*',
  '+',
  '~',
  '|',
  ';',
  '가',
  'é',
  'ｱ',
];

/** What repeats in a text that a pattern may take long for: single characters, its own words, and pairs of both. */
export function listPumps({ source }: RegExp): string[] {
  const words = source
    .replace(/\\[bBdDwWsSpPux](?:\{[^}]*\})?/g, ' ')
    .replace(/\\(.)/g, '$1')
    .split(/[^\p{L}\p{N}:/@.%<"'-]+/u)
    .filter((word) => word.length > 0 && word.length <= 12);
  const own = [
    ...new Set([...words.slice(0, 6), ...source.replace(/\\[a-z]/gi, '').replace(/[\^$()[\]{}|*+?]/g, '')]),
  ];
  const singles = [...new Set([...KINDS, ...MORE, ...own.slice(0, 24)])];
  const pairs = own.slice(0, 8).flatMap((a) => ['a', '0', ' ', '.', '-'].flatMap((b) => [a + b, b + a]));
  return [...new Set([...singles, ...pairs])];
}

/** What stands before the repetition, so that a pattern gets that far: nothing, or the beginning of its own words. */
export function listPrefixes({ source }: RegExp): string[] {
  const literal = /^\^?((?:\\[^bBdDwWsSpPux]|[^\\^$()[\]{}|*+?.])+)(?![*+?{])/.exec(source)?.[1] ?? '';
  return [...new Set(['', literal.replace(/\\(.)/g, '$1')])];
}
