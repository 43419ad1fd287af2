/** Telephone numbers: what they cost and where they lead (libphonenumber's metadata), and codes that are no numbers. */

import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { decodePercent, toPart } from './decode.ts';
import type { PayloadReason } from './payload.ts';

export interface PhoneNumber {
  /** as it is written, decoded; null when there is none */
  number: string | null;
  /** ISO 3166; null for numbers that belong to no country, and for codes */
  country: string | null;
  is_premium: boolean;
  reasons: PayloadReason[];
}

const MAX_NUMBER = 40;
/** Supplementary services that forward calls (3GPP TS 22.030, annex B), and factory resets of common makers. */
const FORWARDING =
  /^(?:\*{1,2}(?:21|61|62|67|002|004)[*#]|\*(?:71|72|73|90|92)\d*|\*2767\*3855#|\*#\*#7780#\*#\*)/;
const CODE = /^[*#][\d*#]*$/;
/** Korean numbers that cost a fee for information, whatever follows. */
const KOREAN_PREMIUM = /^(?:\+?82)?0?60\d/;
/** Calling codes of satellites and of premium services, which are no country's (ITU-T E.164, annex). */
const NO_COUNTRY: Record<string, 'premium' | 'foreign'> = {
  '870': 'foreign', '878': 'foreign', '881': 'foreign', '882': 'foreign', '883': 'foreign', '979': 'premium',
}; // biome-ignore format: a table reads better by row

/** What one number says, dialled from `region`. `written` may be escaped and may carry parameters (RFC 3966). */
export function readPhoneNumber(written: string, region: string): PhoneNumber {
  const decoded = decodePercent(written).trim();
  const number = toPart(decoded.split(/;/)[0] ?? '').slice(0, MAX_NUMBER);
  if (number === '') return { number: null, country: null, is_premium: false, reasons: [] };
  const digits = number.replace(/[\s().\-–/]/g, '');
  if (/[*#]/.test(digits) && CODE.test(digits)) {
    const isForwarding = FORWARDING.test(digits);
    const reason: PayloadReason = isForwarding
      ? { code: 'call_forwarding', part: number, level: 'dangerous' }
      : { code: 'device_code', part: number, level: 'caution' };
    return { number, country: null, is_premium: false, reasons: [reason] };
  }
  // `,` and `p` wait before the digits behind them are sent.
  const dialled = digits.split(/[,pw]/i)[0] ?? '';
  const parsed = parsePhoneNumberFromString(dialled, region as CountryCode);
  const without_country = NO_COUNTRY[parsed?.countryCallingCode ?? ''];
  const isKorean = region === 'KR' && KOREAN_PREMIUM.test(dialled);
  const is_premium = parsed?.getType() === 'PREMIUM_RATE' || without_country === 'premium' || isKorean;
  const country = parsed?.country ?? null;
  const reasons: PayloadReason[] = [];
  if (is_premium) reasons.push({ code: 'premium_number', part: number, level: 'caution' });
  const isForeign =
    parsed !== undefined && (country === null ? without_country !== undefined : country !== region);
  if (isForeign) {
    const params = { country: country ?? `+${parsed.countryCallingCode}` };
    reasons.push({ code: 'foreign_number', part: number, params, level: 'caution' });
  }
  return { number, country, is_premium, reasons };
}
