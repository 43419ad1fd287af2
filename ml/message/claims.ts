/** Finds the institutions that a message claims to speak for. */

import { type FoldedMessage, type TextSpan, toSpan } from './fold.ts';
import { INSTITUTION_NAMES, type Institution, type InstitutionName, KOREAN_OFFICE } from './institutions.ts';

/**
 * The position of the name. `sender`: as the sender (`[CJ대한통운]`, `Netflix:`, `우체국입니다`). `customer`: the reader is its
 * customer (`your PayPal account`). `lead`: the first word. `mention`: anywhere else.
 */
export type ClaimStrength = 'sender' | 'customer' | 'lead' | 'mention';

export interface InstitutionClaim {
  /** all institutions with this name; some names belong to several */
  institutions: readonly Institution[];
  strength: ClaimStrength;
  span: TextSpan;
}

interface Mention {
  name: InstitutionName;
  start: number;
  end: number;
}

const WORD_CHARACTER = /[a-z0-9가-힣]/;

/** Korean text that may follow a name without a space: particles, and words that institutions add to their names. */
const HANGUL_TAIL =
  /^(?:입니다|이며|에서|에게|으로|로부터|에|의|은|는|이|가|을|를|과|와|도|로|측|님|발|택배|은행|카드|뱅크|페이|쇼핑|금융|증권|보험|생명|화재|그룹|공단|공사|고객|회원|배송|배달|물류|로켓|쿠폰|계정|인증|아이디|안내|알림|본인|본부|센터|공식|민원|교통|건강|검진|등기|집배|우편|소포|홈페이지|앱|사칭|통합|모바일|사이버|지원|보안)/;

/** Text that may stand before the sender's name: marks of gateways and of advertising, symbols. */
const PREFIX =
  /^(?:[[({<【「]?(?:web ?발신|국제 ?발신|국외 ?발신|해외 ?발신|광고|알림|안내|fwd?|re)[\])}>】」]?|[^a-z0-9가-힣[({<【「])+/;

const OPENERS = '[({<【「『［〔';
const CLOSERS = '])}>】」』］〕';

/** The institutions that a message names, each once at its strongest position. In `message` links are masked. */
export function findClaims(message: FoldedMessage): InstitutionClaim[] {
  const prefix = PREFIX.exec(message.text)?.[0].length ?? 0;
  const claims = new Map<string, InstitutionClaim>();
  for (const group of groupByPlace(findMentions(message))) {
    const { start, end } = group[0]!;
    const strength = toStrength(message.text, start, end, prefix);
    const hidden = strength === 'mention' || strength === 'lead';
    if (hidden && group.every(({ name }) => name.ordinary) && !isAcronym(message, start, end)) continue;
    const institutions = group.map(({ name }) => name.institution);
    const key = institutions.map(({ id }) => id).join();
    const before = claims.get(key);
    if (before && rank(before.strength) >= rank(strength)) continue;
    claims.set(key, { institutions, strength, span: toSpan(message, start, end) });
  }
  const office = findOffice(message);
  if (office && !claims.has('govkr')) claims.set('govkr', office);
  return [...claims.values()].sort(
    (a, b) => rank(b.strength) - rank(a.strength) || a.span.start - b.span.start,
  );
}

/** Local offices, which have many domains below go.kr: town halls, health and tax offices, police stations, courts. */
const OFFICE =
  /^[[({<【「][가-힣]{1,8}(?:시|군|구|시청|군청|구청|도청|주민센터|행정복지센터|보건소|세무서|경찰서|지방법원|지방검찰청|교육청|소방서)(?= ?(?:안내|알림)?[\])}>】」])/;

function findOffice(message: FoldedMessage): InstitutionClaim | null {
  const start = PREFIX.exec(message.text)?.[0].length ?? 0;
  const match = OFFICE.exec(message.text.slice(start, start + 30));
  if (!match) return null;
  const span = toSpan(message, start + 1, start + match[0].length);
  return { institutions: [KOREAN_OFFICE], strength: 'sender', span };
}

const RANKS: Record<ClaimStrength, number> = { mention: 0, lead: 1, customer: 2, sender: 3 };

function rank(strength: ClaimStrength): number {
  return RANKS[strength];
}

function groupByPlace(mentions: readonly Mention[]): Mention[][] {
  const groups: Mention[][] = [];
  for (const mention of mentions) {
    const last = groups.at(-1);
    if (last && last[0]!.start === mention.start) last.push(mention);
    else groups.push([mention]);
  }
  return groups;
}

/** Names from left to right. Of overlapping names the longest counts, for all institutions that have it. */
function findMentions({ text }: FoldedMessage): Mention[] {
  const mentions: Mention[] = [];
  for (let at = 0; at < text.length - 1; at++) {
    if (at > 0 && WORD_CHARACTER.test(text[at - 1]!) && WORD_CHARACTER.test(text[at]!)) continue;
    const names = [...(INSTITUTION_NAMES.get(text.slice(at, at + 2)) ?? []), ...spacedNames(text, at)];
    let longest = 0;
    for (const name of names) {
      const end = matchName(text, at, name);
      if (end === null || end < longest) continue;
      longest = end;
      mentions.push({ name, start: at, end });
    }
    if (longest > 0) at = longest - 1;
  }
  return mentions;
}

/** A name with a space after its first letter: `국 민은행`. */
function spacedNames(text: string, at: number): readonly InstitutionName[] {
  if (text[at + 1] !== ' ' || at + 2 >= text.length) return [];
  return (INSTITUTION_NAMES.get(text[at]! + text[at + 2]!) ?? []).filter(({ hangul }) => hangul);
}

/** The end of a name that starts at `at`; null when it is not there. */
function matchName(text: string, at: number, name: InstitutionName): number | null {
  let position = at;
  for (let i = 0; i < name.letters.length; i++) {
    const gap = text[position];
    if (i > 0 && gap !== name.letters[i] && (gap === ' ' || gap === '-') && mayBreak(name, i)) position++;
    if (text[position] !== name.letters[i]) return null;
    position++;
  }
  const rest = text.slice(position, position + 6);
  if (rest === '' || !WORD_CHARACTER.test(rest[0]!)) return position;
  if (!name.hangul) return /^[가-힣]/.test(rest) ? position : null;
  if (/^\d/.test(rest)) return position;
  return name.letters.length >= 4 || HANGUL_TAIL.test(rest) ? position : null;
}

function mayBreak(name: InstitutionName, at: number): boolean {
  return name.hangul ? name.letters.length >= 3 : name.breaks.has(at);
}

/** `UPS` is a company, `ups` is not. */
function isAcronym(message: FoldedMessage, start: number, end: number): boolean {
  const { part } = toSpan(message, start, end);
  return /^[A-Z]{2}[A-Z0-9&-]{0,6}$/.test(part) && !isShouting(message.original);
}

/** Whether a text is in capitals throughout, so that capitals have no meaning. */
function isShouting(text: string): boolean {
  const capitals = text.match(/[A-Z]/g)?.length ?? 0;
  const small = text.match(/[a-z]/g)?.length ?? 0;
  return capitals > small && capitals > 20;
}

const SENDER_ENDINGS =
  /^(?:\]|】|\)|>)?(?: ?(?:[:：|>]|-(?= ))| ?(?:입니다|이며|에서 ?(?:안내|알려|보내|발송|드리)|고객 ?센터|고객님|회원님|알림|안내)|'?s? (?:alert|notice|support|team|security|customer|fraud|message|notification|delivery|info|update)\b)/;
const CUSTOMER_BEFORE =
  /(?:\byour|\bdear|\bfrom|\bby|\bat|\bthe|귀하의|고객님의|회원님의)(?: (?:new|existing|online|valued|latest))? ?$/;
const CUSTOMER_AFTER =
  /^(?:'s)? ?(?:account|a\/c|acc|card|parcel|package|delivery|customer|wallet|id|password|bank(?:ing)?|membership|subscription|order|user|online|app|계정|고객|회원|통장|아이디|인증)/;

function toStrength(text: string, start: number, end: number, prefix: number): ClaimStrength {
  if (isBracketed(text, start, end)) return 'sender';
  const before = text.slice(Math.max(0, start - 24), start);
  const after = text.slice(end, end + 24);
  const first = start <= prefix + 1;
  if (SENDER_ENDINGS.test(after) && (first || /[\s\])】>]$/.test(before))) return 'sender';
  if (CUSTOMER_BEFORE.test(before) && CUSTOMER_AFTER.test(after)) return 'customer';
  if (/\bdear $|\b(?:team|regards|thanks|sincerely),? (?:the )?$/.test(before)) return 'customer';
  if (CUSTOMER_AFTER.test(after) && first) return 'customer';
  return first ? 'lead' : 'mention';
}

/** Whether a bracket at the start of the text or of a line holds little more than the name: `[신한은행]`, `[신한카드 안내]`. */
function isBracketed(text: string, start: number, end: number): boolean {
  const open = start - 1 - (text[start - 1] === ' ' ? 1 : 0);
  if (!OPENERS.includes(text[open] ?? ' ')) return false;
  for (let at = end; at <= Math.min(end + 14, text.length - 1); at++)
    if (CLOSERS.includes(text[at]!)) return true;
  return false;
}
