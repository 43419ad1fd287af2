/** Redacts secrets of payloads inside other text, such as a note that quotes a code. */

import { redactOtp } from './otp.ts';
import type { FieldValue } from './payload.ts';
import { redactWifi } from './wifi.ts';

const WIFI = /wifi:(?=[a-z0-9]{1,10}:)/gi;
const MAX_NETWORKS = 20;

/** Replaces the passwords of networks and the keys of second factors with `***`. */
export function redactSecrets(text: string): string {
  const places = [...text.matchAll(WIFI)].slice(0, MAX_NETWORKS).toReversed();
  let safe_text = text;
  for (const { index } of places) safe_text = redactWifi(safe_text, index + 'wifi:'.length);
  return /otpauth/i.test(safe_text) ? redactOtp(safe_text) : safe_text;
}

/** The same for all fields. */
export function redactFields(fields: Record<string, FieldValue>): Record<string, FieldValue> {
  const entries = Object.entries(fields).map(([name, value]): [string, FieldValue] => [
    name,
    typeof value === 'string' ? redactSecrets(value) : value,
  ]);
  return Object.fromEntries(entries);
}
