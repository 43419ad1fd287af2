/** Checks that a number is what its form says: dates, check digits, and the words around it. */

/** The words before a number that is no person's; they count unless a word of a person's number comes after them. */
const OTHER_NUMBER =
  /바코드|운송장|송장|등기|주문|상품|제품|일련|시리얼|접수|예약|거래|승인|관리번호|모델|버전|빌드|해시|커밋|타임스탬프|바이트|(?<![a-z])(?:isbn|issn|ean|upc|sku|timestamp|serial|tracking|order|invoice|version|build|commit|hash|sha|uuid|guid|trace|span|request|session|transaction|txid|txn|product|model|batch|lot|epoch|millis|nonce|seed|checksum|bytes|size|offset|count)/gi;
const OWN_NUMBER =
  /주민|외국인|등록번호|카드|전화|연락|핸드폰|휴대폰|폰|번호는|(?<![a-z])(?:card|visa|master|amex|phone|mobile|tel|cell|call|hp|rrn|resident)/gi;
const PERSON_NUMBER = /주민|외국인|등록번호|rrn|resident|ssn/i;

/** Whether the words before a number say that it is an order's, a version's, an instant … */
export function isOtherNumber(before: string): boolean {
  return lastIndex(before, OTHER_NUMBER) > lastIndex(before, OWN_NUMBER);
}

export function isNamedResidentNumber(before: string): boolean {
  return PERSON_NUMBER.test(before);
}

function lastIndex(text: string, pattern: RegExp): number {
  let at = -1;
  for (const match of text.matchAll(pattern)) at = match.index;
  return at;
}

const LABEL = /(?:^|[^A-Za-z0-9])(?:tel|phone|mobile|hp|cell|call|card|rrn|no|num|id|[mtpn])$/i;

/** Whether a number stands inside of a word, such as a hash or an identifier. */
export function isInsideWord(before: string, after: string): boolean {
  if (/^[A-Za-z]/.test(after)) return true;
  return /[A-Za-z]$/.test(before) && !LABEL.test(before);
}

/** Whether the first six digits are a day that exists. */
export function isBirthDate(digits: string): boolean {
  const month = Number(digits.slice(2, 4));
  const day = Number(digits.slice(4, 6));
  const longest = month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= longest;
}

/**
 * Whether thirteen digits in a row are a resident number and not an instant or a code: born from 1926 on, and with the
 * right check digit, which numbers given since October 2020 no longer have.
 */
export function isBareResidentNumber(digits: string): boolean {
  const born = Number(digits.slice(0, 4));
  const isCentury20 = '1256'.includes(digits[6] as string);
  if (isCentury20 && born < 2600) return false;
  if (!isCentury20 && born >= 2010) return born < 3000;
  const weights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  const check = '5678'.includes(digits[6] as string) ? (13 - (sum % 11)) % 10 : (11 - (sum % 11)) % 10;
  return check === Number(digits[12]);
}

/** Issuers of payment cards (ISO/IEC 7812); 9 is that of Korean cards that work at home alone. */
const CARD_ISSUER =
  /^(?:4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|3[47]|30[0-5]|3[689]|35(?:2[89]|[3-8])|6011|64[4-9]|65|62|9[0-9])/;

export function isCardNumber(digits: string): boolean {
  return CARD_ISSUER.test(digits) && passesLuhn(digits) && new Set(digits).size > 1;
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const doubled = Number(digits[digits.length - 1 - i]) * (i % 2 === 1 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const NO_PASSWORD =
  /^(?:required|minimum|maximum|optional|none|null|true|false|must|should|reset|changed|hidden|forgot|forgotten|wrong|incorrect|strong|weak|unknown|string|here|please|enter|your|characters?|https?:.*|\[.*)$/i;
const ALGORITHM = /^(?:sha|md|argon|bcrypt|scrypt|pbkdf|base|utf|oauth|v|aes|rsa|ed)[-_]?\d/i;

/** Whether what stands after `password:` is one. */
export function isPassword(value: string): boolean {
  const core = value.replace(/(?<!["'`,.;)\]])["'`,.;)\]]+$/, '');
  if (core.length < 4 || /^[*•x.]+$/i.test(core) || NO_PASSWORD.test(core)) return false;
  return /[^a-z]/.test(core) || core.length >= 6;
}

/** Whether a word after `password` without a colon is one: letters and digits together, and no algorithm's name. */
export function isMixedWord(value: string): boolean {
  return /[A-Za-z]/.test(value) && /\d/.test(value) && !ALGORITHM.test(value) && !NO_PASSWORD.test(value);
}
