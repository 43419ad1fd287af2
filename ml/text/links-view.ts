/**
 * A text prepared for finding links: refanged, in ASCII where browsers read ASCII, without invisible characters, and
 * with the original position of every character.
 */

export interface LinkView {
  /** the prepared text */
  text: string;
  /** for each UTF-16 unit of `text`: start and end of its original, in UTF-16 units */
  starts: Int32Array;
  ends: Int32Array;
}

/**
 * Zero-width characters, bidirectional controls, soft hyphens, tag characters and variation selectors (UTS 46 ignores
 * most).
 */
const INVISIBLE =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: these are meant one by one
  /[\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u{e0000}-\u{e01ef}]/u;

/** Unicode line ends, and characters that look like a space (Hangul fillers, the empty Braille pattern). */
const LINE_END = /[\v\f\u0085\u2028\u2029]/;
const BLANK = /[\p{Cc}\s\u115f\u1160\u2800\u3164\uffa0]/u;

/** Characters that stand after a link and not in it, although compatibility folding turns them into letters. */
const KEPT_WHOLE = /[\u00aa\u00ba\u00b2\u00b3\u00b9\u2026\u2070-\u209c\u2120\u2122]/;
const IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;
const HANGUL_OR_HAN = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]/;

/** The folded character; '' when it is dropped. `before` and `after` are its neighbours. */
function foldCharacter(char: string, before: string, after: string): string {
  if (char === '\t' || char === '\n' || char === '\r') return char;
  if (char >= '\x20' && char < '\x7f') return char;
  if (HANGUL_OR_HAN.test(char)) return char;
  if (INVISIBLE.test(char)) return '';
  if (LINE_END.test(char)) return '\n';
  if (BLANK.test(char)) return ' ';
  // Between ideographs it ends a sentence; elsewhere browsers read it as a dot (UTS 46).
  if (char === '。' || char === '｡') return IDEOGRAPH.test(before) || IDEOGRAPH.test(after) ? '\n' : '.';
  if (KEPT_WHOLE.test(char)) return char;
  const folded = char.normalize('NFKC');
  return PRINTABLE_ASCII.test(folded) ? folded : char;
}

class ViewBuilder {
  readonly #pieces: string[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  add(piece: string, start: number, end: number): void {
    this.#pieces.push(piece);
    for (let i = 0; i < piece.length; i++) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  copy(view: LinkView, from: number, to: number): void {
    if (to <= from) return;
    this.#pieces.push(view.text.slice(from, to));
    for (let i = from; i < to; i++) {
      this.#starts.push(view.starts[i]!);
      this.#ends.push(view.ends[i]!);
    }
  }

  build(): LinkView {
    return {
      text: this.#pieces.join(''),
      starts: Int32Array.from(this.#starts),
      ends: Int32Array.from(this.#ends),
    };
  }
}

function foldCharacters(text: string): LinkView {
  const builder = new ViewBuilder();
  const plain = /[\x20-\x7e\uac00-\ud7a3\t\n\r]+/y;
  for (let at = 0; at < text.length; ) {
    plain.lastIndex = at;
    const run = plain.exec(text)?.[0];
    if (run !== undefined) {
      for (let i = 0; i < run.length; i++) builder.add(run.charAt(i), at + i, at + i + 1);
      at += run.length;
      continue;
    }
    const char = String.fromCodePoint(text.codePointAt(at)!);
    const end = at + char.length;
    builder.add(foldCharacter(char, text.charAt(at - 1), text.charAt(end)), at, end);
    at = end;
  }
  return builder.build();
}

/** Like `String.replace` with a global pattern; the replacement has the position of the whole match. */
function replaceIn(view: LinkView, pattern: RegExp, replace: (match: RegExpMatchArray) => string): LinkView {
  let builder: ViewBuilder | null = null;
  let from = 0;
  for (const match of view.text.matchAll(pattern)) {
    builder ??= new ViewBuilder();
    const end = match.index + match[0].length;
    builder.copy(view, from, match.index);
    builder.add(replace(match), view.starts[match.index]!, view.ends[end - 1]!);
    from = end;
  }
  if (builder === null) return view;
  builder.copy(view, from, view.text.length);
  return builder.build();
}

const NAMED_ENTITIES: Record<string, string> = {
  amp: '&', bsol: '\\', colon: ':', commat: '@', newline: '\n', num: '#', period: '.', quest: '?', sol: '/', tab: '\t',
}; // biome-ignore format: a table reads better by row

const ENTITY =
  /&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?|&(amp|bsol|colon|commat|newline|num|period|quest|sol|tab);/gi;
const ESCAPE = /\\(?:u00|x)([2-7][0-9a-f])/gi;

function decodeEntity([whole, hex, decimal, name]: RegExpMatchArray): string {
  if (name !== undefined) return NAMED_ENTITIES[name.toLowerCase()] ?? whole;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff ? foldCharacter(String.fromCodePoint(code), '', '') : whole;
}

/** White space inside and after `http:`, which browsers drop. */
const BROKEN_SCHEME =
  /h[\t\r\n]*t[\t\r\n]*t[\t\r\n]*p[\t\r\n]*(?:s[\t\r\n]*)?:[\t\r\n]*[\\/][\t\r\n]*[\\/]?[\t\r\n]*/gi;

/** Defanged links, as security reports write them ("defanging" of indicators), and their original form. */
const DEFANGED: [RegExp, (match: RegExpMatchArray) => string][] = [
  [/h(?:xx|tx|xt|\*\*|__|t\*|\*t)p(?=s?\s?[:[({])/gi, () => 'http'],
  [/(http)(?:\[s\]|\(s\))/gi, () => 'https'],
  [/(https?)(?:\[:\/\/\]|\(:\/\/\)|\{:\/\/\})/gi, ([, scheme]) => `${scheme}://`],
  [/(https?)\s?(?:\[:\]|\(:\)|\{:\}|\\:|:)\s?(?=[\\/]{2})/gi, ([, scheme]) => `${scheme}:`],
  [/\s?(?:\[\s?(?:\.|dot|점|닷)\s?\]|\(\s?(?:\.|dot|점|닷)\s?\)|\{\s?(?:\.|dot|점|닷)\s?\})\s?/gi, () => '.'],
  [/(?<=[\p{L}\p{N}])(?:\[\.|\.\])(?=[\p{L}\p{N}])/gu, () => '.'],
  [/\[\/\]/g, () => '/'],
];

/** The view of a text, in linear time. */
export function toLinkView(text: string): LinkView {
  let view = foldCharacters(text);
  if (view.text.includes('&')) view = replaceIn(view, ENTITY, decodeEntity);
  if (view.text.includes('\\')) {
    view = replaceIn(view, ESCAPE, ([, hex = '']) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  view = replaceIn(view, BROKEN_SCHEME, ([whole]) => whole.replace(/[\t\r\n]/g, ''));
  for (const [pattern, replace] of DEFANGED) view = replaceIn(view, pattern, replace);
  return view;
}
