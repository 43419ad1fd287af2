/** Redacts secrets of payloads inside other text, such as a note that quotes a code. */

import { decodePercent } from './decode.ts';
import { redactOtp } from './otp.ts';
import type { FieldValue } from './payload.ts';
import { redactWifi } from './wifi.ts';

const WIFI = /wifi:(?=[a-z0-9]{1,10}:)/gi;
const ESCAPED_WIFI = /wifi[:%][^\s&?#=<>"']*/gi;
const MAX_NETWORKS = 20;

/** Percent-escapes inside one another that are decoded: an address of a picture of a code in a link has two. */
const MAX_ESCAPES = 3;

/** The key of a pairing of WalletConnect. */
const WALLET_KEY = /\b(symKey=)[0-9a-z]+/gi;

/** Replaces the passwords of networks and the keys of second factors and wallets' pairings with `***`, also in the parameters of a link. */
export function redactSecrets(text: string): string {
  const safe_text = redactPlain(text);
  return safe_text.replace(ESCAPED_WIFI, redactEscaped);
}

function redactPlain(text: string): string {
  const places = [...text.matchAll(WIFI)].slice(0, MAX_NETWORKS).toReversed();
  let safe_text = text;
  for (const { index } of places) safe_text = redactWifi(safe_text, index + 'wifi:'.length);
  safe_text = safe_text.replace(WALLET_KEY, '$1***');
  return /otpauth/i.test(safe_text) ? redactOtp(safe_text) : safe_text;
}

/** A value without escapes or secrets stays as it is. */
function redactEscaped(value: string): string {
  let decoded = value;
  for (let i = 0; i < MAX_ESCAPES && decoded.includes('%'); i++) {
    decoded = decodePercent(decoded);
    const safe_text = redactPlain(decoded);
    if (safe_text !== decoded) return encodeURIComponent(safe_text);
  }
  return value;
}

/** The same for all fields. */
export function redactFields(fields: Record<string, FieldValue>): Record<string, FieldValue> {
  const entries = Object.entries(fields).map(([name, value]): [string, FieldValue] => [
    name,
    typeof value === 'string' ? redactSecrets(value) : value,
  ]);
  return Object.fromEntries(entries);
}
