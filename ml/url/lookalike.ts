/** Finds brand names in a label of a host: exact, misspelled, with look-alike characters, or joined to other words. */

import { BRANDS, type Brand } from './brands.ts';
import { skeleton } from './confusables.ts';
import { BAIT_WORDS, HANGUL_BAIT, STRONG_BAIT } from './wordlists.ts';

export type LookalikeKind = 'name' | 'homoglyph' | 'typo';

export interface Lookalike {
  brand: Brand;
  kind: LookalikeKind;
  /** the word with the brand name, as written */
  part: string;
  /** whether the name is a word by itself, or has only bait words and digits beside it */
  is_separate: boolean;
  /** a bait word beside it, or null */
  bait: string | null;
  /** how the name was changed, for a word that is nothing but a changed name */
  change: 'letters' | 'digits' | 'hyphen' | null;
  /** whether the bait asks for something (a login, a payment), or the name is distinctive and separate from the bait */
  is_strong_bait: boolean;
}

interface Name {
  text: string;
  brand: Brand;
  ordinary: boolean;
}

const NAMES = new Map<string, Name>();
const SKELETONS = new Map<string, Name>();
const DELETIONS = new Map<string, Name[]>();
const MAX_NAME_LENGTH = 20;
const MIN_TYPO_LENGTH = 6;

/** Whether a name is long and unusual enough that a word one edit away is probably a misspelling. */
function isDistinctive({ text, ordinary }: Name): boolean {
  return (
    text.length >= MIN_TYPO_LENGTH && !ordinary && !(text.length < 10 && /(?:bank|corp|com|card)$/.test(text))
  );
}

/** `text` and every string that is `text` without one of its characters. */
function listDeletions(text: string): string[] {
  const out = [text];
  for (let i = 0; i < text.length; i++) out.push(text.slice(0, i) + text.slice(i + 1));
  return out;
}

for (const brand of BRANDS) {
  for (const text of brand.names) {
    const name = { text, brand, ordinary: brand.ordinary?.includes(text) ?? false };
    if (!NAMES.has(text)) NAMES.set(text, name);
    if (text.length >= 5 || (text.length === 4 && !name.ordinary)) SKELETONS.set(skeleton(text), name);
    if (!isDistinctive(name)) continue;
    for (const key of listDeletions(text)) DELETIONS.set(key, [...(DELETIONS.get(key) ?? []), name]);
  }
}

/** Words, places and companies that are one edit away from a brand's name. */
const NOT_TYPOS = new Set(
  `cloud vcloud xcloud pcloud ncloud qcloud acloud hicloud tcloud ucloud ccloud bcloud dicloud mobile
  imobile bmobile tdmobile history market imarket dmarket emarket finance binary asian astana asians
  arena karena tarena switch witch twitchy stitch applied scout court orbit torbit tremor trevor tresor
  telstar revolt revolution openair openapi openaq openli opensca webchat ariana witcom wilcom cancom rancom lacoste kagawa
  shopex shoppe shoper brafton ziglang wechaty weechat rechat brawl noodle goggle goggles boogle cuban
  fortune fortunes defibit documo enpedia tonscan tonlink sarasin opendi hanmin tambao
  windtree moviestar moviestars fastpass goshop canvas canvass postal twitchat twitchers instinct microsite microsoftware nikkei discard discords record hotmeal expedite spotty dropbear
  paywall payplan payplay paypoint payday amazonas metal metallica coinbene telegraph telegrams raku
  kaka rackspace unique monoprix harbor garden krakow kakapo kolonmall korean koreans sagami morgana`.split(
    /\s+/,
  ),
);

/** Whether two strings differ by one insertion, deletion, replacement or swap of neighbours (Damerau 1964). */
export function oneEditApart(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  if (a.length > b.length) return a.slice(i + 1) === b.slice(i);
  if (a.length < b.length) return a.slice(i) === b.slice(i + 1);
  if (a.slice(i + 1) === b.slice(i + 1)) return true;
  return a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
}

function toLookalike(name: Name, kind: LookalikeKind, part: string, bait: string | null): Lookalike {
  return {
    brand: name.brand,
    kind,
    part,
    is_separate: true,
    bait,
    change: null,
    is_strong_bait: bait !== null && STRONG_BAIT.has(bait),
  };
}

function findTypo(word: string): Name | null {
  if (word.length < MIN_TYPO_LENGTH || word.length > MAX_NAME_LENGTH || NOT_TYPOS.has(word)) return null;
  for (const key of listDeletions(word)) {
    for (const name of DELETIONS.get(key) ?? []) {
      // Misspellings usually keep the first letter. Names of 8 letters are too long for a chance match.
      if (word[0] !== name.text[0] && name.text.length < 8) continue;
      if (oneEditApart(word, name.text)) return name;
    }
  }
  return null;
}

function findDisguise(word: string): Name | null {
  const name = SKELETONS.get(skeleton(word));
  if (name === undefined || name.text === word) return null;
  const hasOtherScript = /[^a-z0-9]/.test(word);
  const digits = word.match(/\d/g)?.length ?? 0;
  if (digits * 2 > word.length) return null;
  // Among plain letters only long names count: `lime` is a word and not a disguised `line`.
  const hasOtherLength = word.length !== name.text.length;
  return hasOtherScript || digits > 0 || hasOtherLength || (name.text.length >= 6 && !name.ordinary)
    ? name
    : null;
}

/** Splits `text` into bait words and digits; null when something else remains. */
function splitBait(text: string): string[] | null {
  if (text === '' || /^\d+$/.test(text)) return [];
  for (let end = Math.min(text.length, 14); end > 0; end--) {
    const word = text.slice(0, end);
    if (!BAIT_WORDS.has(word) && !/^\d+$/.test(word)) continue;
    const rest = splitBait(text.slice(end));
    if (rest !== null) return [word, ...rest];
  }
  return null;
}

/** Finds a brand's name inside a word without hyphens: `naverlogin`, `paypal24`. */
function findJoinedName(word: string): Lookalike | null {
  if (word.length > 40) return null;
  let best: Lookalike | null = null;
  for (let start = 0; start <= word.length - 4; start++) {
    for (let length = Math.min(MAX_NAME_LENGTH, word.length - start); length >= 4; length--) {
      const name = NAMES.get(word.slice(start, start + length));
      if (name === undefined || length === word.length) continue;
      const baitAround = [splitBait(word.slice(0, start)), splitBait(word.slice(start + length))];
      const rest = baitAround.every((side) => side !== null)
        ? baitAround.flatMap((side) => side ?? [])
        : null;
      const bait = rest?.find((piece) => STRONG_BAIT.has(piece)) ?? rest?.[0] ?? null;
      const isStart = start === 0 && isDistinctiveStart(name, word);
      const ending = word.slice(length);
      // Brands of one market have no domain with a digit, even those whose name is a word: `toss2`.
      const isNumbered = start === 0 && name.ordinary && name.brand.single_market && /^\d{1,4}$/.test(ending);
      const change = isNumbered ? 'digits' : isStart ? findChange(ending) : null;
      // `applelogin` is about Apple; `securityledger` and `airline` are not about Ledger and LINE.
      if (
        name.ordinary
          ? !isNumbered && (start > 0 || !(bait && STRONG_BAIT.has(bait)))
          : rest === null && length < 7 && !isStart
      )
        continue;
      const lookalike = { ...toLookalike(name, 'name', word, bait), is_separate: rest !== null, change };
      if (best === null || (!best.is_separate && (lookalike.is_separate || change !== null)))
        best = lookalike;
    }
  }
  return best;
}

/** Letters or digits that are too few to be a word of their own: `googleplayny`, `coupang7`. */
function findChange(ending: string): Lookalike['change'] {
  if (/^\d{1,4}$/.test(ending)) return 'digits';
  return /^[a-z]{1,2}$/.test(ending) ? 'letters' : null;
}

function isDistinctiveStart({ text, ordinary }: Name, word: string): boolean {
  return text.length >= 5 && !ordinary && !NOT_TYPOS.has(word);
}

function findBait(words: string[], onlyStrong: boolean): string | null {
  const strongBait = words.find((word) => STRONG_BAIT.has(word));
  return strongBait ?? (onlyStrong ? null : (words.find((word) => BAIT_WORDS.has(word)) ?? null));
}

/** The brand of one word of a label. `context` has words of other labels that may be bait. */
function findBrandInWord(words: string[], index: number, context: string[]): Lookalike | null {
  const word = words[index] ?? '';
  if (word.length < 2) return null;
  const others = [...words.filter((_, i) => i !== index), ...context];
  const exact = NAMES.get(word);
  if (exact !== undefined) {
    // An ordinary word before weak bait (`samsung-update`) is a reason to show, but not a strong one.
    const bait = findBait(others, exact.ordinary && !(index === 0 && word.length >= 4 && words.length === 2));
    if (exact.ordinary && bait === null) return null;
    const lookalike = toLookalike(exact, 'name', word, bait);
    return exact.ordinary ? lookalike : { ...lookalike, is_strong_bait: bait !== null };
  }
  const disguisedName = findDisguise(word);
  if (disguisedName !== null) return toLookalike(disguisedName, 'homoglyph', word, findBait(others, false));
  const joinedName = findJoinedName(word);
  if (joinedName?.is_separate) return joinedName;
  const typo = findTypo(word);
  return typo === null ? joinedName : toLookalike(typo, 'typo', word, findBait(others, false));
}

function findHangulName(label: string): Lookalike | null {
  if (!/[가-힣]/.test(label)) return null;
  for (const brand of BRANDS) {
    const name = brand.hangul.find((text) => text.length >= 3 && label.includes(text));
    if (!name) continue;
    const bait = HANGUL_BAIT.exec(label.replace(name, ''))?.[0] ?? null;
    return {
      brand,
      kind: 'name',
      part: name,
      is_separate: bait !== null || label === name,
      change: null,
      bait,
      is_strong_bait: bait !== null,
    };
  }
  return null;
}

const KIND_RANKS: Record<LookalikeKind, number> = { homoglyph: 3, name: 2, typo: 1 };

/** The words of a label: the text between hyphens. */
export function splitLabel(label: string): string[] {
  return label.split(/[-_]+/).filter((word) => word !== '');
}

/**
 * The strongest use of a brand in one label of a host (lower case, punycode decoded), or null. For a subdomain,
 * `context` has the words of the registered label.
 */
export function findLookalike(label: string, context: string[] = []): Lookalike | null {
  const words = splitLabel(label);
  let best = findHangulName(label.normalize('NFC'));
  for (let i = 0; i < words.length; i++) {
    const lookalike = findBrandInWord(words, i, context);
    if (lookalike === null) continue;
    if (best === null || rank(lookalike) > rank(best)) best = lookalike;
  }
  // `pay-pal` is `paypal`.
  const joined = words.length === 2 ? NAMES.get(words.join('')) : undefined;
  if (best === null && joined && !joined.ordinary && joined.text.length >= 5) {
    best = { ...toLookalike(joined, 'name', label, null), change: 'hyphen' };
  }
  return best;
}

function rank(lookalike: Lookalike): number {
  return KIND_RANKS[lookalike.kind] + (lookalike.is_separate ? 4 : 0) + (lookalike.bait === null ? 0 : 2);
}

/** The brand with exactly this name; null for names that are ordinary words. */
export function findBrandByName(word: string): Brand | null {
  const name = NAMES.get(word);
  return name && !name.ordinary && word.length >= 4 ? name.brand : null;
}
