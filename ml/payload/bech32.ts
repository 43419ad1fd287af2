/** Bech32 of any length (BIP 173), as LNURL and Lightning use it. */

const CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const MAX_LENGTH = 4000;

function nextChecksum(checksum: number, value: number): number {
  const top = checksum >>> 25;
  let next = ((checksum & 0x1ffffff) << 5) ^ value;
  for (const [i, generator] of GENERATORS.entries()) if ((top >>> i) & 1) next ^= generator;
  return next;
}

function isValid(prefix: string, values: readonly number[]): boolean {
  const codes = [...prefix].map((char) => char.charCodeAt(0));
  const all = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...values];
  return all.reduce(nextChecksum, 1) === 1;
}

/** The bytes of a bech32 text with this prefix; null when the prefix, a letter or the checksum is wrong. */
export function decodeBech32(text: string, prefix: string): Uint8Array | null {
  // Upper and lower case must not be mixed.
  if (text.length > MAX_LENGTH || (text !== text.toLowerCase() && text !== text.toUpperCase())) return null;
  const lower = text.toLowerCase();
  const split = lower.lastIndexOf('1');
  if (lower.slice(0, split) !== prefix) return null;
  const values = [...lower.slice(split + 1)].map((char) => CHARSET.indexOf(char));
  if (values.length < 6 || values.includes(-1) || !isValid(prefix, values)) return null;
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const value of values.slice(0, -6)) {
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((buffer >>> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}
