/** Phone numbers with their cost and country (libphonenumber's metadata), and dial codes. */

import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { decodePercent, toPart } from './decode.ts';
import type { PayloadReason } from './payload.ts';

export interface PhoneNumber {
  /** as written, decoded; null when there is none */
  number: string | null;
  /** ISO 3166; null for numbers without a country, and for codes */
  country: string | null;
  is_premium: boolean;
  reasons: PayloadReason[];
}

const MAX_NUMBER = 40;
/** Supplementary services that forward calls (3GPP TS 22.030, annex B), and factory resets of common makers. */
const FORWARDING =
  /^(?:\*{1,2}(?:21|61|62|67|002|004)[*#]|\*(?:71|72|73|90|92)\d*|\*2767\*3855#|\*#\*#7780#\*#\*)/;
const CODE = /^[*#][\d*#]*$/;
/** Korean premium numbers (060). */
const KOREAN_PREMIUM = /^(?:\+?82)?0?60\d/;
/** The calling code of international premium services (ITU-T E.164, annex). */
const WORLD_PREMIUM = '979';

/** Reads one number, dialled from `region`. `text` may be escaped and may have parameters (RFC 3966). */
export function readPhoneNumber(text: string, region: string): PhoneNumber {
  const decoded = decodePercent(text).trim();
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
  // Digits after `,` or `p` are sent later.
  const dialledDigits = digits.split(/[,pw]/i)[0] ?? '';
  const home = isSupportedCountry(region) ? region : 'KR';
  const content = parsePhoneNumberFromString(dialledDigits, home);
  const calling_code = content?.countryCallingCode;
  const isKorean = home === 'KR' && KOREAN_PREMIUM.test(dialledDigits);
  const is_premium = content?.getType() === 'PREMIUM_RATE' || calling_code === WORLD_PREMIUM || isKorean;
  const country = content?.country ?? null;
  const reasons: PayloadReason[] = [];
  if (is_premium) reasons.push({ code: 'premium_number', part: number, level: 'caution' });
  // An invalid number has a calling code but no country.
  const isForeign = country === null ? calling_code !== getCountryCallingCode(home) : country !== home;
  if (calling_code !== undefined && isForeign) {
    const params = { country: country ?? `+${calling_code}` };
    reasons.push({ code: 'foreign_number', part: number, params, level: 'caution' });
  }
  return { number, country, is_premium, reasons };
}
