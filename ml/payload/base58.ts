/** Base58Check (Bitcoin wiki, "Base58Check encoding"), as Bitcoin and Tron write addresses. */

import { createHash } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const LENGTH = /^[1-9A-HJ-NP-Za-km-z]{26,35}$/;
/** A version, a hash of 20 bytes and a checksum of 4. */
const BYTES = 25;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** The version and hash of an address; null when it is none, or its checksum is wrong. */
export function decodeBase58Check(text: string): Uint8Array | null {
  if (!LENGTH.test(text)) return null;
  let number = 0n;
  for (const char of text) number = number * 58n + BigInt(ALPHABET.indexOf(char));
  const hex = number.toString(16).padStart(2 * BYTES, '0');
  if (hex.length > 2 * BYTES) return null;
  const bytes = Buffer.from(hex, 'hex');
  const content = bytes.subarray(0, BYTES - 4);
  return sha256(sha256(content))
    .subarray(0, 4)
    .equals(bytes.subarray(BYTES - 4))
    ? content
    : null;
}
