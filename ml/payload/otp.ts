/**
 * Second factors: `otpauth://totp/Issuer:account?secret=…` (Google Authenticator, Key Uri Format) and exports of keys
 * (`otpauth-migration:`). The secret is never read.
 */

import { decodePercent, findParameter, readQuery, toNullIfEmpty, toPart } from './decode.ts';
import type { PayloadContent } from './payload.ts';
import type { SchemeText } from './scheme.ts';

/** Its marks may be percent-escaped, once or more often, where the address is a parameter of a link. */
const SECRET =
  /((?:^|[?&;]|%(?:25)*(?:3f|26|3b))\s*(?:secret|data)\s*(?:=|%(?:25)*3d))(?:(?!%(?:25)*(?:26|23))[^&#\s])*/gi;

/** Replaces the keys in a text with `***`. */
export function redactOtp(text: string): string {
  return text.replace(SECRET, '$1***');
}

export function parseOtp({ scheme, rest }: SchemeText, text: string): PayloadContent | null {
  if (scheme !== 'otpauth' && scheme !== 'otpauth-migration') return null;
  const mark = rest.indexOf('?');
  const query = mark === -1 ? [] : readQuery(rest.slice(mark + 1));
  const path = decodePercent(mark === -1 ? rest : rest.slice(0, mark)).replace(/^\/\/[^/]*\/?/, '');
  const colon = path.indexOf(':');
  const issuer = findParameter(query, 'issuer') ?? toNullIfEmpty(colon === -1 ? null : path.slice(0, colon));
  const account = scheme === 'otpauth' ? toNullIfEmpty(colon === -1 ? path : path.slice(colon + 1)) : null;
  const part = toPart([issuer, account].filter((one) => one !== null).join(': ')) || scheme;
  return {
    kind: 'otp',
    fields: { issuer, account },
    reasons: [{ code: 'second_factor', part, level: 'caution' }],
    sources: [
      ...query
        .filter(({ name }) => name !== 'secret' && name !== 'data')
        .map(({ name, value }) => ({ field: name, text: value, as: 'scheme' as const })),
      { field: 'account', text: path, as: 'scheme' },
    ],
    safe_text: redactOtp(text),
  };
}
