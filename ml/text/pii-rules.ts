import {
  isBareResidentNumber,
  isBirthDate,
  isCardNumber,
  isInsideWord,
  isMixedWord,
  isNamedResidentNumber,
  isOtherNumber,
  isPassword,
} from './pii-checks.ts';
import { API_KEY, isBasicCredential, isBearerCredential, isLikelySecret, OWN_TOKEN } from './secrets.ts';

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

export interface MaskingRule {
  type: PersonalDataType;
  pattern: RegExp;
  /** `before` and `after` are the 24 characters around the match. */
  accept?(value: string, before: string, after: string): boolean;
}

/** What people put between groups of digits. */
const GAP = String.raw`[\s\-_.,/\\|~:·=+*]{0,4}`;
/** The same, where there must be something, and a comma or a colon makes it another number. */
const SURE_GAP = String.raw`[\s\-_.)/~·]{1,4}`;
const START = String.raw`(?<!\d|\d[-.])`;
const END = String.raw`(?!\d|[-.]\d)`;
const toRegExp = (pattern: string, flags = 'g') => new RegExp(pattern, flags);
const toDigits = (value: string) => value.replace(/\D/g, '');

const BANK =
  /(?:은행|뱅크|계좌|농협|신협|수협|새마을|우체국|kb|account|iban|a\/c|(?:국민|신한|우리|하나|기업|토스|케이)\s?)\D{0,12}$/i;
const BANK_AFTER = /^\D{0,4}(?:은행|[가-힣]{2,4}은행|[가-힣]{2,3}뱅크|농협|계좌)/;

function isResidentNumber(value: string, before: string, after: string): boolean {
  const digits = toDigits(value);
  if (!isBirthDate(digits) || isInsideWord(before, after)) return false;
  if (value !== digits) return true;
  return isNamedResidentNumber(before) || (!isOtherNumber(before) && isBareResidentNumber(digits));
}

function isCard(value: string, before: string, after: string): boolean {
  const digits = toDigits(value);
  if (!isCardNumber(digits) || isInsideWord(before, after)) return false;
  return value.split(/\D+/).length > 2 || !isOtherNumber(before);
}

function isPhone(value: string, before: string, after: string): boolean {
  return !isInsideWord(before, after) && !(/^\d+$/.test(value) && isOtherNumber(before));
}

const isBank = (_value: string, before: string, after: string) => BANK.test(before) || BANK_AFTER.test(after);
const DATE = String.raw`(?:\d{6}|\d\d([./ -])\d\d\1\d\d)`;
const HANGUL_DIGIT = '[0-9공영빵일이삼사오육륙칠팔구ᄋ○◯〇]';
const HANGUL_GAP = String.raw`(?:[\s\-.,·]{0,3}|에\s?|다시\s?)`;
const SECRET_NAME =
  'flashscan[\\w-]{0,20}|api[ _-]?key|secret|token|access[ _-]?key|auth[ _-]?key|account[ _-]?key|credentials?|api\\s?키|비밀\\s?키|시크릿|토큰';
const PASSWORD_NAME = '비밀번호|비번|암호|패스워드|password|passwd|passphrase|passcode|pwd|(?<![a-z])pw';
const HOST = String.raw`(?:[\p{L}\p{N}-]{1,63}\s?(?:\.|[[({<]\s?(?:dot|점)\s?[\])}>])\s?){1,6}`;
const TLD = String.raw`(?:[A-Za-z]{2,24}(?![A-Za-z0-9])|한국|삼성|닷컴|닷넷|xn--[a-z0-9-]{2,59}|(?:(?![A-Za-z가-힣])\p{L}){2,24})`;
const LOCAL = String.raw`(?:(?<![\w.%+-])[A-Za-z0-9_][\w.%+-]{0,63}|(?<![\p{L}\p{N}])(?![A-Za-z])\p{L}(?:(?![A-Za-z])[\p{L}\p{M}\p{N}._+-]){0,63})`;

/**
 * Every quantifier is bounded or starts behind a lookbehind, so that time grows with the text and no faster. The order
 * is the order of trust: what an earlier rule took, a later one cannot. They are applied to the plain form of a text.
 * Digits end by lookaround and not by `\b`, because a Korean particle may follow directly.
 */
export const RULES: readonly MaskingRule[] = [
  { type: 'JWT', pattern: /(?<![\w-])eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]+/g },
  { type: 'API_KEY', pattern: OWN_TOKEN, accept: (value) => value.length > 24 || /[A-Z0-9]/.test(value) },
  { type: 'API_KEY', pattern: API_KEY },
  {
    type: 'API_KEY',
    pattern: toRegExp(
      String.raw`(?<=(?:${SECRET_NAME})["']?\s{0,3}[:=]\s{0,3}["']?)[A-Za-z0-9_\-./+=]{16,}`,
      'gi',
    ),
    accept: isLikelySecret,
  },
  {
    type: 'API_KEY',
    pattern: /(?<=(?<![a-z])basic\s{1,3})[A-Za-z0-9+/]{6,}={0,2}/gi,
    accept: isBasicCredential,
  },
  {
    type: 'API_KEY',
    pattern:
      /(?<=(?<![a-z])(?:bearer\s{1,3}|authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:[A-Za-z]{2,12}\s{1,3})?))[\w\-.~+/=:]{8,}/gi,
    accept: isBearerCredential,
  },
  // The password of `scheme://user:password@host`.
  { type: 'PASSWORD', pattern: /(?<=:\/\/[^\s:/@]{0,64}:)[^\s/]{1,128}(?=@)/g },
  {
    type: 'PASSWORD',
    pattern: toRegExp(
      String.raw`(?<=(?:${PASSWORD_NAME})["']?(?:는|은)?\s{0,3}[:=]\s{0,3}["']?)[!-~]{4,128}`,
      'gi',
    ),
    accept: isPassword,
  },
  {
    type: 'PASSWORD',
    pattern: toRegExp(
      String.raw`(?<=(?:${PASSWORD_NAME})(?:는|은|가|이|를|을| is| was)?\s{1,3})[!-~]{6,128}`,
      'gi',
    ),
    accept: (value) =>
      isMixedWord(value) ||
      (value.length >= 8 && [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].filter((kind) => kind.test(value)).length >= 3),
  },
  {
    type: 'EMAIL',
    pattern: toRegExp(
      String.raw`${LOCAL}\s{0,2}(?:@|[[({<]\s?(?:at|골뱅이)\s?[\])}>]|골뱅이)\s{0,2}${HOST}${TLD}`,
      'giu',
    ),
    // `git@host:owner/repo` is an address of a repository, `https://name@host` one of a page
    accept: (value, before, after) =>
      !(value.startsWith('git@') && after.startsWith(':')) && !/:\/\/[^\s/]*$/.test(before),
  },
  {
    type: 'EMAIL',
    pattern:
      /(?<![\w.%+-])[A-Za-z0-9_][\w.%+-]{0,63}\s(?:at|골뱅이)\s(?:[A-Za-z0-9-]{1,63}\s?(?:dot|점|닷)\s?){1,4}(?!dot)[A-Za-z]{2,24}(?![A-Za-z0-9])/gi,
  },
  {
    type: 'EMAIL',
    pattern:
      /(?<![\w.%+-])[A-Za-z0-9_][\w.%+-]{0,63}\s?(?:@|골뱅이|[앳엣])\s?(?:네이버|지메일|다음|한메일|카카오|구글|네이트|핫메일|아웃룩)(?:\s?(?:\.|점|닷)\s?(?:컴|넷|com|net))?/gi,
  },
  {
    type: 'KR_RRN',
    pattern: toRegExp(
      String.raw`${START}${DATE}(?:${GAP}|\s{0,2}(?:뒷자리는?|뒤|다시|에|하이픈|대시)\s{0,2})[1-4]\d{6}${END}`,
    ),
    accept: isResidentNumber,
  },
  {
    type: 'KR_ARC',
    pattern: toRegExp(String.raw`${START}${DATE}${GAP}[5-8]\d{6}${END}`),
    accept: isResidentNumber,
  },
  {
    type: 'CARD',
    pattern: toRegExp(
      String.raw`${START}(?:\d{4}${GAP}\d{4}${GAP}\d{4}${GAP}\d{4}(?:${GAP}\d{3})?|3[47]\d{2}${GAP}\d{6}${GAP}\d{5}|3[0689]\d{2}${GAP}\d{6}${GAP}\d{4})${END}`,
    ),
    accept: isCard,
  },
  {
    type: 'PHONE',
    pattern: toRegExp(
      String.raw`(?<![\d.]|\d-)(?:\(?(?:\+|00)?82\)?${GAP}(?:\(0\))?0?|\(?0)1[016-9]\)?${GAP}\d{3,4}${GAP}\d{4}${END}`,
    ),
    accept: isPhone,
  },
  // Letters in the place of digits: `O1O-l234-5678`.
  {
    type: 'PHONE',
    pattern: toRegExp(
      `(?<![A-Za-z0-9.])[0OoQ][1lI|][0OoQ]${GAP}[0-9OolI|]{3,4}${GAP}[0-9OolI|]{4}(?![A-Za-z0-9])`,
    ),
    accept: (value) => toDigits(value).length >= 6,
  },
  // Digits written out: `공일공 일이삼사 오육칠팔`.
  {
    type: 'PHONE',
    pattern: toRegExp(
      `(?<![0-9가-힣])[0공영ᄋ○◯〇][1일][0공영ᄋ○◯〇]${HANGUL_GAP}${HANGUL_DIGIT}{3,4}${HANGUL_GAP}${HANGUL_DIGIT}{4}(?![0-9])`,
    ),
  },
  {
    type: 'PHONE',
    pattern: toRegExp(
      String.raw`(?<![\d.]|\d-)(?:\(?(?:\+|00)?82\)?${GAP}(?:\(0\))?|\(?0)(?:2|[3-6][1-5]|70|50\d)${SURE_GAP}\d{3,4}${SURE_GAP}\d{4}${END}`,
    ),
    accept: isPhone,
  },
  {
    type: 'PHONE',
    pattern: /(?<=(?:전화|연락처|핸드폰|휴대폰|번호|tel|phone|call)\D{0,8})0(?:2|[3-6][1-5])\d{7,8}(?!\d)/gi,
  },
  { type: 'PHONE', pattern: toRegExp(String.raw`${START}070\d{8}${END}`), accept: isPhone },
  {
    type: 'PHONE',
    pattern: toRegExp(
      String.raw`(?<![\d+])\+(?!82)[1-9]\d{0,2}[-\s.]?(?:\(\d{1,4}\)|\d{1,4})(?:[-\s.]?\d{2,4}){2,3}${END}`,
    ),
    accept: (value) => toDigits(value).length >= 8 && toDigits(value).length <= 15,
  },
  {
    type: 'DRIVER_LICENSE',
    pattern: toRegExp(
      String.raw`${START}(?:1[1-9]|2[0-8])(\s?[-·]\s?)\d{2}\1\d{6}\1\d{2}${END}|(?<=면허\D{0,14})(?:1[1-9]|2[0-8])${GAP}\d{2}${GAP}\d{6}${GAP}\d{2}(?!\d)`,
    ),
  },
  {
    type: 'PASSPORT',
    pattern:
      /(?<=(?:여권|passport)[^\n]{0,16})(?<![A-Za-z0-9])[A-Z][- ]?(?:\d{8}|\d{3}[A-Z]\d{4}|\d{7})(?![A-Za-z0-9])/gi,
  },
  {
    type: 'BANK_ACCOUNT',
    pattern: toRegExp(String.raw`${START}\d{2,6}(\s?[-·./_]\s?| )\d{2,6}\1\d{2,8}(?:\1\d{1,3})?${END}`),
    accept: (value, before, after) => {
      const digits = toDigits(value).length;
      if (digits < 10 || digits > 16 || /사업자|등록번호\s*$/.test(before)) return false;
      return isBank(value, before, after);
    },
  },
  { type: 'BANK_ACCOUNT', pattern: toRegExp(String.raw`${START}\d{10,14}${END}`), accept: isBank },
];

/** Ten and more digits, each set apart: `0 1 0 - 1 2 3 4 - 5 6 7 8`. */
export const SPACED_DIGITS = /(?<![\w.])\d(?:[\s\-.·]{1,3}\d){9,18}(?![\w]|[-.]\d)/g;

/** Whose number spaced digits are; null for none. */
export function toSpacedNumberType(value: string): PersonalDataType | null {
  const digits = toDigits(value);
  if (/^01[016-9]\d{7,8}$/.test(digits) && /[2-9]/.test(digits.slice(3))) return 'PHONE';
  if (digits.length === 13 && isBirthDate(digits) && /^\d{6}[1-8]/.test(digits)) {
    return Number(digits[6]) < 5 ? 'KR_RRN' : 'KR_ARC';
  }
  return digits.length >= 14 && isCardNumber(digits) ? 'CARD' : null;
}
