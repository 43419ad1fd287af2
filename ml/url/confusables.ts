/**
 * Characters that look like Latin letters, folded to them. A table of our own: the letters of Cyrillic, Greek,
 * Armenian and the Latin extensions that pass for ASCII in common fonts. Accents and full-width forms are taken
 * off by Unicode decomposition and need no entry.
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

/** `text` in lower case with look-alike letters, accents and full-width forms replaced by plain ASCII letters. */
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
 * What is left when characters that are easily taken for each other are made one: folded text, digits as the
 * letters they resemble, `rn` as `m`, `vv` as `w`, `i` as `l`. Two names that look alike have one skeleton.
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

/** The scripts of a label's letters, by name. */
export function listScripts(label: string): string[] {
  return SCRIPTS.filter(([, pattern]) => pattern.test(label)).map(([name]) => name);
}

/** Whether one label mixes scripts whose letters pass for each other (Latin, Cyrillic, Greek, Armenian). */
export function mixesScripts(label: string): boolean {
  return (
    listScripts(label).filter((name) => ['Latin', 'Cyrillic', 'Greek', 'Armenian'].includes(name)).length > 1
  );
}
