/** Calls: `tel:` (RFC 3966) and equivalent schemes (`wtai://wp/mc;` is WAP's). */

import { decodePercent } from './decode.ts';
import type { PayloadContent, PayloadOptions } from './payload.ts';
import { readPhoneNumber } from './phone-number.ts';
import type { SchemeText } from './scheme.ts';

const SCHEMES = new Set(['tel', 'callto', 'telprompt', 'facetime', 'facetime-audio', 'wtai', 'ussd']);

export function parseTel(
  { scheme, rest }: SchemeText,
  _: string,
  { region }: PayloadOptions,
): PayloadContent | null {
  if (!SCHEMES.has(scheme)) return null;
  const line = rest.split(/[\r\n]/)[0] ?? '';
  const { number, country, reasons } = readPhoneNumber(line.replace(/^\/\/(?:wp\/mc;)?/, ''), region);
  return {
    kind: 'tel',
    fields: { number, country },
    reasons,
    sources: [{ field: 'text', text: decodePercent(rest), as: 'prose' }],
  };
}
