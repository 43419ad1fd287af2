/** Places: `geo:37.5,127.0;u=10?q=…` (RFC 5870; the query is Android's). */

import { decodePercent } from './decode.ts';
import type { PayloadContent } from './payload.ts';
import type { SchemeText } from './scheme.ts';

const COORDINATES = /^\/{0,2}\s*([+-]?\d{1,3}(?:\.\d{1,20})?)\s*,\s*([+-]?\d{1,3}(?:\.\d{1,20})?)(?![\d.])/;

export function parseGeo({ scheme, rest }: SchemeText): PayloadContent | null {
  if (scheme !== 'geo') return null;
  const match = COORDINATES.exec(rest);
  const latitude = Number(match?.[1]);
  const longitude = Number(match?.[2]);
  const isPlace = match !== null && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return {
    kind: 'geo',
    fields: { latitude: isPlace ? latitude : null, longitude: isPlace ? longitude : null },
    reasons: [],
    sources: [{ field: 'text', text: decodePercent(rest, true), as: 'prose' }],
  };
}
