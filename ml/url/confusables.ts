/**
 * Folds characters that look like Latin letters to those letters: Cyrillic, Greek, Armenian and extended Latin
 * letters that look like ASCII in common fonts. Accents and full-width forms are removed by Unicode decomposition and
 * have no entry.
 */

const LOOKS_LIKE: Record<string, string> = {
  a: 'аαɑᴀɐⱥ',
  b: 'вьβƅʙɓ',
  c: 'сϲᴄƈⅽ',
  d: 'ԁɗđᴅⅾ',
  e: 'еєεɛᴇҽ',
  f: 'ƒϝք',
  g: 'ɡɢցԍ',
  h: 'һнհħʜ',
  i: 'іιıɩɪӏ',
  j: 'јϳᴊ',
  k: 'кκᴋƙ',
  l: 'łʟⅼ',
  m: 'мᴍⅿ',
  n: 'пηոɴŋ',
  o: 'оοօσøᴏ',
  p: 'рρᴘþ',
  q: 'ԛզ',
  r: 'гʀɾ',
  s: 'ѕʂꜱ',
  t: 'тτᴛŧ',
  u: 'υսᴜμц',
  v: 'ѵνᴠⅴ',
  w: 'ԝωᴡшա',
  x: 'хχⅹ',
  y: 'уγүʏ',
  z: 'ᴢʐ',
};

const FOLD = new Map<string, string>();
for (const [letter, looks] of Object.entries(LOOKS_LIKE)) {
  for (const look of looks) FOLD.set(look, letter);
}

/** The text in lower case, with look-alike letters, accents and full-width forms replaced by ASCII letters. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (!/[^ -~]/.test(lower)) return lower;
  let out = '';
  for (const character of lower.normalize('NFKD').replace(/\p{M}+/gu, ''))
    out += FOLD.get(character) ?? character;
  return out.normalize('NFC');
}

const SHAPES: Record<string, string> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '8': 'b',
  '9': 'g',
  i: 'l',
  '|': 'l',
  q: 'g',
};

/**
 * The text with characters that look alike replaced by one of them: digits by letters, `rn` by `m`, `vv` by `w`, `i`
 * by `l`. Two names that look alike have the same skeleton.
 */
export function skeleton(text: string): string {
  return fold(text)
    .replace(/[0134589i|q]/g, (shape) => SHAPES[shape] ?? shape)
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}

const SCRIPTS: [string, RegExp][] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Hangul', /\p{Script=Hangul}/u],
  ['Han', /\p{Script=Han}/u],
  ['Kana', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
];

/** The names of the scripts of a label's letters. */
export function listScripts(label: string): string[] {
  return SCRIPTS.filter(([, pattern]) => pattern.test(label)).map(([name]) => name);
}

/** Whether a label mixes scripts whose letters look alike (Latin, Cyrillic, Greek, Armenian). */
export function mixesScripts(label: string): boolean {
  return (
    listScripts(label).filter((name) => ['Latin', 'Cyrillic', 'Greek', 'Armenian'].includes(name)).length > 1
  );
}
