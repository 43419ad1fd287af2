import type { z } from 'zod';
import type { Language } from '../../ml/text/language.ts';

/** A message for people who fill in the field; it names neither the field nor a type. */
export type LocalizedMessage = Record<Language, string>;
type Issue = z.core.$ZodIssue;
type IssueWith<Code extends Issue['code']> = Extract<Issue, { code: Code }>;

/** Values of an enumeration that a message lists. */
const MAX_LISTED_VALUES = 20;
const MAX_LISTED_CHARS = 200;

export const REQUIRED: LocalizedMessage = { ko: '필수 항목입니다', en: 'This is required' };
export const NOT_VALID: LocalizedMessage = { ko: '올바른 값이 아닙니다', en: 'This value is not valid' };

/** By `expected` of `invalid_type`. */
const TYPES: Readonly<Record<string, LocalizedMessage>> = {
  string: { ko: '글자로 입력하세요', en: 'Enter text' },
  number: { ko: '숫자를 입력하세요', en: 'Enter a number' },
  int: { ko: '정수를 입력하세요', en: 'Enter a whole number' },
  boolean: { ko: 'true 또는 false를 입력하세요', en: 'Enter true or false' },
  array: { ko: '목록으로 입력하세요', en: 'Enter a list' },
  object: { ko: 'JSON 객체로 입력하세요', en: 'Enter a JSON object' },
  record: { ko: 'JSON 객체로 입력하세요', en: 'Enter a JSON object' },
  file: { ko: '파일을 첨부하세요', en: 'Attach a file' },
};

/** By `format` of `invalid_format`, but for regular expressions. */
const FORMATS: Readonly<Record<string, LocalizedMessage>> = {
  email: { ko: '올바른 이메일 주소를 입력하세요', en: 'Enter a valid e-mail address' },
  url: { ko: '올바른 URL을 입력하세요', en: 'Enter a valid URL' },
  uuid: { ko: '올바른 UUID를 입력하세요', en: 'Enter a valid UUID' },
  date: { ko: '날짜를 2025-10-27 형식으로 입력하세요', en: 'Enter a date such as 2025-10-27' },
  datetime: {
    ko: '날짜와 시간을 2025-10-27T12:34:56Z 형식으로 입력하세요',
    en: 'Enter a date and time such as 2025-10-27T12:34:56Z',
  },
};

const SHA256: LocalizedMessage = {
  ko: '0-9와 a-f로 된 64자의 SHA-256 값을 입력하세요',
  en: 'Enter a SHA-256 hash: 64 characters of 0-9 and a-f',
};
const VISIBLE_ASCII: LocalizedMessage = {
  ko: '공백 없이 영문자, 숫자, 기호로 입력하세요',
  en: 'Enter letters, digits and symbols without spaces',
};
/** By the regular expression that a text does not match. */
const PATTERNS: Readonly<Record<string, LocalizedMessage>> = {
  '/^[0-9a-f]{64}$/': SHA256,
  '/^[0-9a-fA-F]{64}$/': SHA256,
  '/^[0-9a-f]{7,64}\\.{0,3}$/': {
    ko: '0-9와 a-f로 된 7자에서 64자의 커밋 해시를 입력하세요',
    en: 'Enter a commit hash: 7 to 64 characters of 0-9 and a-f',
  },
  '/^[a-z0-9][a-z0-9-]{0,39}$/': {
    ko: '소문자, 숫자, 하이픈으로 된 40자 이내의 이름을 입력하세요',
    en: 'Enter a name of up to 40 small letters, digits and hyphens',
  },
  '/^[0-9a-f]{8}$/i': { ko: '16진수 8자리를 입력하세요', en: 'Enter 8 hexadecimal digits' },
  '/^[\\x21-\\x7e]+$/': VISIBLE_ASCII,
  '/^[\\x21-\\x7e]{1,4096}$/': VISIBLE_ASCII,
  '/^[\\p{L}\\p{N}._+-]+$/u': {
    ko: '글자, 숫자, 마침표(.), 밑줄(_), +, -만 쓸 수 있습니다',
    en: 'Use letters, digits, dots, underscores, + and - only',
  },
  '/^[\\w-]+$/': {
    ko: '영문자, 숫자, 밑줄(_), 하이픈(-)만 쓸 수 있습니다',
    en: 'Use letters, digits, underscores and hyphens only',
  },
  '/^[a-z][a-z0-9_.-]{0,63}$/': {
    ko: '영문 소문자로 시작해서 64자까지 소문자, 숫자, 밑줄(_), 마침표(.), 하이픈(-)으로 입력하세요',
    en: 'Start with a lower-case letter and use up to 64 lower-case letters, digits, underscores, dots and hyphens',
  },
  '/^[a-z0-9][a-z0-9-]{0,63}$/': {
    ko: '64자까지 영문 소문자, 숫자, 하이픈(-)으로 입력하고 하이픈으로 시작하지 마세요',
    en: 'Use up to 64 lower-case letters, digits and hyphens, and do not start with a hyphen',
  },
  '/^[a-z0-9]+(_[a-z0-9]+)*$/': {
    ko: '영문 소문자와 숫자로 된 단어를 밑줄(_)로 이어 입력하세요',
    en: 'Enter words of lower-case letters and digits, joined by underscores',
  },
  '/^[a-z]+-\\d{3}$/': {
    ko: 'python-001처럼 영문 소문자, 하이픈(-), 숫자 세 자리로 입력하세요',
    en: 'Enter lower-case letters, a hyphen and three digits, such as python-001',
  },
  '/^\\d{1,6}(\\.\\d{1,9})?$/': {
    ko: '0.25처럼 정수 6자리, 소수 9자리 이내의 금액을 입력하세요',
    en: 'Enter an amount such as 0.25, with up to 6 digits before the point and 9 after it',
  },
};

/**
 * The message of a `refine` or `z.custom`, in both languages.
 *
 * @example
 * z.string().refine(isTimeZone, localizedMessage('Asia/Seoul 같은 시간대를 입력하세요', 'Enter a time zone such as Asia/Seoul'))
 */
export function localizedMessage(ko: string, en: string): { params: LocalizedMessage } {
  return { params: { ko, en } };
}

/** Our message for a zod issue; null if we have none. `value` is the invalid value. */
export function findMessage(issue: Issue, value: unknown): LocalizedMessage | null {
  // `z.custom` of a file does not say that it was missing.
  if (value === undefined && issue.code !== 'custom' && issue.code !== 'too_small') return REQUIRED;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? null;
    case 'too_small':
      return toMinimum(issue);
    case 'too_big':
      return toMaximum(issue);
    case 'invalid_format':
      return issue.format === 'regex'
        ? (PATTERNS[issue.pattern ?? ''] ?? null)
        : (FORMATS[issue.format] ?? null);
    case 'invalid_value':
      return toChoices(issue.values);
    case 'unrecognized_keys':
      return toUnknownFields(issue.keys);
    case 'invalid_key':
      return toInvalidKey(issue);
    case 'invalid_union':
      return NOT_VALID;
    case 'custom':
      return toCustom(issue);
    default:
      return null;
  }
}

function toMinimum({ origin, minimum, inclusive, exact }: IssueWith<'too_small'>): LocalizedMessage {
  const n = toDigits(minimum);
  const isSingular = minimum === 1;
  if (origin === 'string') {
    if (exact)
      return { ko: `${n}자로 입력하세요`, en: `Enter exactly ${n} character${isSingular ? '' : 's'}` };
    if (isSingular) return { ko: '비워 둘 수 없습니다', en: 'This cannot be empty' };
    return { ko: `${n}자 이상 입력하세요`, en: `Enter at least ${n} characters` };
  }
  if (isCounted(origin)) {
    if (exact) return { ko: `${n}개를 입력하세요`, en: `Enter exactly ${n} item${isSingular ? '' : 's'}` };
    return { ko: `${n}개 이상 입력하세요`, en: `Enter at least ${n} item${isSingular ? '' : 's'}` };
  }
  if (origin === 'file') {
    return { ko: `${n}바이트 이상의 파일을 첨부하세요`, en: `Attach a file of at least ${n} bytes` };
  }
  return inclusive
    ? { ko: `${n} 이상의 수를 입력하세요`, en: `Enter ${n} or more` }
    : { ko: `${n}보다 큰 수를 입력하세요`, en: `Enter a number greater than ${n}` };
}

function toMaximum({ origin, maximum, inclusive, exact }: IssueWith<'too_big'>): LocalizedMessage {
  const n = toDigits(maximum);
  const isSingular = maximum === 1;
  if (origin === 'string') {
    const en = `${exact ? 'exactly' : 'at most'} ${n} character${isSingular ? '' : 's'}`;
    return { ko: exact ? `${n}자로 입력하세요` : `${n}자까지 입력할 수 있습니다`, en: `Enter ${en}` };
  }
  if (isCounted(origin)) {
    const en = `${exact ? 'exactly' : 'at most'} ${n} item${isSingular ? '' : 's'}`;
    return { ko: exact ? `${n}개를 입력하세요` : `${n}개까지 입력할 수 있습니다`, en: `Enter ${en}` };
  }
  if (origin === 'file') {
    return { ko: `${n}바이트 이하의 파일을 첨부하세요`, en: `Attach a file of at most ${n} bytes` };
  }
  return inclusive
    ? { ko: `${n} 이하의 수를 입력하세요`, en: `Enter ${n} or less` }
    : { ko: `${n}보다 작은 수를 입력하세요`, en: `Enter a number less than ${n}` };
}

function isCounted(origin: string): boolean {
  return ['array', 'set', 'map', 'record', 'object'].includes(origin);
}

/** `1,000` in both languages. */
function toDigits(value: number | bigint): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 20 });
}

function toChoices(values: readonly unknown[]): LocalizedMessage {
  const listed = values.slice(0, MAX_LISTED_VALUES).map(String).join(', ');
  const ellipsis = values.length > MAX_LISTED_VALUES ? ', …' : '';
  if (values.length === 1) return { ko: `다음 값만 쓸 수 있습니다: ${listed}`, en: `Enter ${listed}` };
  return {
    ko: `다음 중 하나를 입력하세요: ${listed}${ellipsis}`,
    en: `Enter one of these: ${listed}${ellipsis}`,
  };
}

function toUnknownFields(keys: readonly string[]): LocalizedMessage {
  const listed = keys.join(', ').slice(0, MAX_LISTED_CHARS);
  return { ko: `알 수 없는 항목이 있습니다: ${listed}`, en: `These fields are not known: ${listed}` };
}

function toInvalidKey({ issues: [first] }: IssueWith<'invalid_key'>): LocalizedMessage {
  const reason = first && findMessage(first, '');
  if (!reason) return { ko: '항목의 이름이 올바르지 않습니다', en: 'The name of a field is not valid' };
  return {
    ko: `항목의 이름이 올바르지 않습니다 (${reason.ko})`,
    en: `The name of a field is not valid (${reason.en})`,
  };
}

function toCustom({ params }: IssueWith<'custom'>): LocalizedMessage | null {
  const { ko, en } = params ?? {};
  return typeof ko === 'string' && typeof en === 'string' ? { ko, en } : null;
}
