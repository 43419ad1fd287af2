import { API_KEY, isLikelySecret } from './secrets.ts';

export type PersonalDataType =
  | 'KR_RRN'
  | 'KR_ARC'
  | 'PHONE'
  | 'CARD'
  | 'EMAIL'
  | 'API_KEY'
  | 'JWT'
  | 'PRIVATE_KEY'
  | 'PASSWORD'
  | 'BANK_ACCOUNT'
  | 'DRIVER_LICENSE'
  | 'PASSPORT';

/** One find: `value` stands at `[start, end)` of the text that was given. */
export interface PersonalData {
  type: PersonalDataType;
  value: string;
  start: number;
  end: number;
}

interface Rule {
  type: PersonalDataType;
  pattern: RegExp;
  /** `before` and `after` are the 16 characters around the match. */
  accept?(value: string, before: string, after: string): boolean;
}

const NOT_A_PERSON =
  /(?:바코드|isbn|ean|운송장|송장|주문|상품|일련|접수|타임스탬프|timestamp|serial|tracking|order|invoice)\D*$/i;
const BANK =
  /(?:은행|뱅크|계좌|농협|신협|수협|새마을|우체국|kb|account|iban|a\/c|(?:국민|신한|우리|하나|기업|토스|케이)\s?)\D{0,12}$/i;
const BANK_AFTER = /^\D{0,4}(?:은행|[가-힣]{2,4}은행|[가-힣]{2,3}뱅크|농협|계좌)/;

/**
 * Every quantifier is bounded or starts behind a lookbehind, so that time grows with the text and no faster.
 * The order is the order of trust: what an earlier rule took, a later one cannot. Digits end by lookaround and
 * not by `\b`, because a Korean particle may follow directly.
 */
const RULES: readonly Rule[] = [
  {
    type: 'PRIVATE_KEY',
    pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,8000}?-----END [A-Z ]{0,30}PRIVATE KEY-----/g,
  },
  { type: 'JWT', pattern: /(?<![\w-])eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]+/g },
  { type: 'API_KEY', pattern: API_KEY },
  {
    type: 'API_KEY',
    pattern:
      /(?<=(?:api[ _-]?key|secret|token|access[ _-]?key|auth[ _-]?key|api\s?키|비밀\s?키|시크릿|토큰)["']?\s{0,3}[:=]\s{0,3}["']?)[A-Za-z0-9_\-./+=]{16,}/gi,
    accept: isLikelySecret,
  },
  {
    type: 'PASSWORD',
    pattern:
      /(?<=(?:비밀번호|비번|암호|패스워드|password|passwd|passphrase|passcode|pwd|(?<![a-z])pw)["']?(?:는|은)?\s{0,3}[:=]\s{0,3}["']?)[!-~]{4,128}/gi,
    accept: (value) => isPassword(value),
  },
  {
    type: 'PASSWORD',
    pattern:
      /(?<=(?:비밀번호|비번|암호|패스워드|password|passwd|pwd)(?:는|은|가|이|를| is| was)\s{1,3})[!-~]{8,128}/gi,
    accept: (value) => [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].filter((kind) => kind.test(value)).length >= 3,
  },
  {
    type: 'EMAIL',
    pattern:
      /(?<![\w.%+-])[A-Za-z0-9_][\w.%+-]{0,63}@(?:[A-Za-z0-9가-힣-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9])/g,
    // `git@host:owner/repo` is an address of a repository, `https://name@host` one of a page
    accept: (value, before, after) =>
      !(value.startsWith('git@') && after.startsWith(':')) && !/:\/\/[^\s/]*$/.test(before),
  },
  {
    type: 'KR_RRN',
    pattern: /(?<!\d|\d-)\d{6}(?:\s?[-~]\s?| |\s{0,2}(?:뒷자리|뒤)\s{0,2})?[1-4]\d{6}(?!\d|-\d)/g,
    accept: (value, before) => isBirthDate(value) && !(/^\d{13}$/.test(value) && NOT_A_PERSON.test(before)),
  },
  {
    type: 'KR_ARC',
    pattern: /(?<!\d|\d-)\d{6}(?:\s?[-~]\s?| )?[5-8]\d{6}(?!\d|-\d)/g,
    accept: (value, before) => isBirthDate(value) && !(/^\d{13}$/.test(value) && NOT_A_PERSON.test(before)),
  },
  {
    type: 'CARD',
    pattern:
      /(?<!\d|\d-)(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|3[47]\d{2}([ -]?)\d{6}\2\d{5}|3[0689]\d{2}([ -]?)\d{6}\3\d{4}|4\d{12})(?!\d|-\d)/g,
    accept: (value) => /^[2-9]/.test(value) && passesLuhn(value),
  },
  {
    type: 'PHONE',
    pattern:
      /(?<![\d.]|\d-)(?:\(?\+?82\)?[-\s.]{0,2}(?:\(0\))?0?|0)1[016-9][-\s.)]{0,2}\d{3,4}[-\s.]{0,2}\d{4}(?!\d|-\d)/g,
  },
  {
    type: 'PHONE',
    pattern:
      /(?<![\d.]|\d-)(?:\(?\+?82\)?[-\s.]{0,2}|\(?0)(?:2|[3-6][1-5]|70|50\d)[-\s.)]{1,2}\d{3,4}[-\s.]\d{4}(?!\d|-\d)/g,
  },
  {
    type: 'PHONE',
    pattern: /(?<=(?:전화|연락처|핸드폰|휴대폰|번호|tel|phone|call)\D{0,8})0(?:2|[3-6][1-5])\d{7,8}(?!\d)/gi,
  },
  {
    type: 'PHONE',
    pattern: /(?<!\d|\d-)070\d{8}(?!\d|-\d)/g,
  },
  {
    type: 'PHONE',
    pattern: /(?<![\d+])\+(?!82)\d{1,3}[-\s.]?(?:\(\d{1,4}\)|\d{1,4})(?:[-\s.]?\d{2,4}){2,3}(?!\d|-\d)/g,
  },
  {
    type: 'DRIVER_LICENSE',
    pattern: /(?<!\d|\d-)(?:1[1-9]|2[0-8])-\d{2}-\d{6}-\d{2}(?!\d|-\d)/g,
  },
  {
    type: 'DRIVER_LICENSE',
    pattern: /(?<=면허\D{0,14})(?:1[1-9]|2[0-8])[- ]?\d{2}[- ]?\d{6}[- ]?\d{2}(?!\d)/g,
  },
  {
    type: 'PASSPORT',
    pattern:
      /(?<=(?:여권|passport)[^\n]{0,16})(?<![A-Za-z0-9])[A-Z](?:\d{8}|\d{3}[A-Z]\d{4}|\d{7})(?![A-Za-z0-9])/gi,
  },
  {
    type: 'BANK_ACCOUNT',
    pattern: /(?<!\d|\d-)\d{2,6}-\d{2,6}-\d{2,8}(?:-\d{1,3})?(?!\d|-\d)/g,
    accept: (value, before, after) => {
      const digits = value.replace(/\D/g, '').length;
      if (digits < 10 || digits > 16 || /사업자|등록번호\s*$/.test(before)) return false;
      return BANK.test(before) || BANK_AFTER.test(after);
    },
  },
  {
    type: 'BANK_ACCOUNT',
    pattern: /(?<!\d|\d-)\d{10,14}(?!\d|-\d)/g,
    accept: (_value, before, after) => BANK.test(before) || BANK_AFTER.test(after),
  },
];

/** Personal data in a text, in the order it stands there. Overlaps go to the rule that is trusted more. */
export function findPersonalData(text: string): PersonalData[] {
  const { searchText, positions } = toSearchable(text);
  const found: PersonalData[] = [];
  const claimed = new Uint8Array(searchText.length);
  for (const rule of RULES) {
    for (const match of searchText.matchAll(rule.pattern)) {
      const value = rule.type === 'PASSWORD' ? match[0].replace(/["'`,.;)\]]+$/, '') : match[0];
      const from = match.index;
      const to = from + value.length;
      if (value === '' || claimed.subarray(from, to).includes(1)) continue;
      const before = searchText.slice(Math.max(0, from - 16), from);
      if (rule.accept?.(value, before, searchText.slice(to, to + 16)) === false) continue;
      claimed.fill(1, from, to);
      const start = positions[from]!;
      const end = positions[to - 1]! + 1;
      found.push({ type: rule.type, value: text.slice(start, end), start, end });
    }
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

/** What the patterns see: full-width digits, odd dashes and spaces made plain, invisible characters left out. */
function toSearchable(text: string): { searchText: string; positions: number[] } {
  let searchText = '';
  const positions: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (
      code === 0x200b ||
      code === 0x200c ||
      code === 0x200d ||
      code === 0x2060 ||
      code === 0xfeff ||
      code === 0xad
    )
      continue;
    if (code >= 0xff01 && code <= 0xff5e) searchText += String.fromCharCode(code - 0xfee0);
    else if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212) searchText += '-';
    else if (code === 0xa0 || code === 0x3000 || (code >= 0x2000 && code <= 0x200a)) searchText += ' ';
    else searchText += text[i];
    positions.push(i);
  }
  return { searchText, positions };
}

function isBirthDate(value: string): boolean {
  const month = Number(value.slice(2, 4));
  const day = Number(value.slice(4, 6));
  const longest = month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= longest;
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(value: string): boolean {
  const digits = value.replace(/\D/g, '');
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]) * (i % 2 === 1 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

const NOT_PASSWORDS =
  /^(?:required|minimum|maximum|optional|none|null|true|false|must|should|reset|changed|hidden|forgot|forgotten|wrong|incorrect|strong|weak|unknown|string|here|please|enter|your|characters?|https?:.*|\[.*)$/i;

function isPassword(value: string): boolean {
  const core = value.replace(/["'`,.;)\]]+$/, '');
  if (core.length < 4 || /^[*•x.]+$/i.test(core) || NOT_PASSWORDS.test(core)) return false;
  return /[^a-z]/.test(core) || core.length >= 6;
}
