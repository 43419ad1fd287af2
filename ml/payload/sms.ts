/** Prepared text messages: `sms:` (RFC 5724, and iOS with `&body=`), `SMSTO:number:text` (NTT DoCoMo, ZXing). */

import { decodePercent, findParameter, readQuery, toNullIfEmpty, toPart } from './decode.ts';
import type { PayloadContent, PayloadOptions, PayloadReason } from './payload.ts';
import { readPhoneNumber } from './phone-number.ts';
import type { SchemeText } from './scheme.ts';

const SCHEMES = new Set(['sms', 'smsto', 'mms', 'mmsto']);
const MAX_RECIPIENTS = 10;

/** Recipients and text of `number?body=text`, `number&body=text` and `number:text`. */
function splitMessage(rest: string): { to: string; body: string | null } {
  const mark = rest.search(/[?&]/);
  const colon = rest.indexOf(':');
  if (colon !== -1 && (mark === -1 || colon < mark)) {
    return { to: rest.slice(0, colon), body: decodePercent(rest.slice(colon + 1)) };
  }
  if (mark === -1) return { to: rest, body: null };
  const query = readQuery(rest.slice(mark + 1).replace(/^[?&]+/, ''));
  return { to: rest.slice(0, mark), body: findParameter(query, 'body', 'text') };
}

export function parseSms(
  { scheme, rest }: SchemeText,
  _: string,
  { region }: PayloadOptions,
): PayloadContent | null {
  if (!SCHEMES.has(scheme)) return null;
  const message = splitMessage(rest.replace(/^\/\//, ''));
  const body = toNullIfEmpty(message.body);
  const numbers = decodePercent(message.to)
    .split(/[,;]/)
    .filter((to) => to.trim() !== '')
    .slice(0, MAX_RECIPIENTS)
    .map((to) => readPhoneNumber(to, region));
  const reasons: PayloadReason[] = numbers.flatMap((number) => number.reasons);
  const premium = numbers.find(({ is_premium }) => is_premium)?.number;
  if (premium && body !== null) {
    reasons.push({
      code: 'prepared_text',
      part: toPart(body),
      params: { number: premium },
      level: 'caution',
    });
  }
  return {
    kind: 'sms',
    fields: { to: toNullIfEmpty(numbers.map(({ number }) => number).join(', ')), body },
    reasons,
    sources: [{ field: 'body', text: body ?? '', as: 'prose' }],
  };
}
