/** Wi-Fi networks: `WIFI:T:WPA;S:cafe;P:secret;H:true;;` (WPA3 specification, section 7; ZXing, barcode contents). */

import { toPart } from './decode.ts';
import { findField, readFieldList } from './field-list.ts';
import type { PayloadContent, PayloadReason } from './payload.ts';
import type { SchemeText } from './scheme.ts';

/** Secret fields: the password, and the identity and password of a company network. */
const SECRETS = new Set(['P', 'PH2', 'PW', 'PASSWORD', 'I', 'A']);

/** Replaces the secrets of the network whose fields start at `from` with `***`. */
export function redactWifi(text: string, from: number): string {
  let safe_text = text;
  for (const { name, start, end } of readFieldList(text, from).fields.toReversed()) {
    if (SECRETS.has(name)) safe_text = `${safe_text.slice(0, start)}***${safe_text.slice(end)}`;
  }
  return safe_text;
}

/** `text` is the payload without white space around it. */
export function parseWifi({ scheme }: SchemeText, text: string): PayloadContent | null {
  if (scheme !== 'wifi') return null;
  const { fields, behind } = readFieldList(text, text.indexOf(':') + 1);
  const ssid = unquote(findField(fields, 'S'));
  const password = findField(fields, 'P');
  const security = toSecurity(findField(fields, 'T'), password !== null, findField(fields, 'E') !== null);
  const hidden = /^(?:true|1|yes)$/i.test(findField(fields, 'H') ?? '');
  return {
    kind: 'wifi',
    fields: { ssid, security, hidden },
    reasons: toReasons(ssid ?? '', security),
    sources: [
      { field: 'ssid', text: ssid ?? '', as: 'scheme' },
      { field: 'text', text: behind, as: 'prose' },
    ],
    safe_text: redactWifi(text, text.indexOf(':') + 1),
  };
}

function unquote(ssid: string | null): string | null {
  return ssid?.replace(/^"(.*)"$/s, '$1') ?? null;
}

function toSecurity(type: string | null, has_password: boolean, has_eap: boolean): string {
  const name = type?.toUpperCase() ?? '';
  if (name === 'WEP') return 'WEP';
  if (name === '' || name === 'NOPASS' || name === 'OPEN' || name === 'NONE') {
    return has_password && name === '' ? 'WPA' : 'open';
  }
  if (name === 'SAE' || name === 'WPA3') return 'WPA3';
  if (has_eap || name.includes('EAP')) return 'WPA2-EAP';
  return name.slice(0, 20);
}

function toReasons(ssid: string, security: string): PayloadReason[] {
  if (security === 'open') return [{ code: 'open_wifi', part: toPart(ssid), level: 'caution' }];
  if (security === 'WEP') return [{ code: 'weak_wifi', part: toPart(ssid), level: 'caution' }];
  return [];
}
