/**
 * Merchants' payment codes: EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1. ZeroPay and
 * most national schemes are profiles of it.
 */

import { decodePercent, toNullIfEmpty, toPart } from './decode.ts';
import type { PayloadContent, PayloadReason } from './payload.ts';
import { toPaymentReason } from './payment.ts';

/** Values by their two-digit identifier. */
type DataObjects = Map<string, string>;

/** Names of schemes by the content of their identifier (tag 00 of a merchant account). */
const SCHEMES: [RegExp, string][] = [
  [/zeropay/i, 'ZeroPay'],
  [/kakaopay/i, 'KakaoPay'],
  [/alipay/i, 'Alipay'],
  [/wechat|weixin|tenpay/i, 'WeChat Pay'],
  [/br\.gov\.bcb\.pix/i, 'Pix'],
  [/sg\.paynow/i, 'PayNow'],
  [/sg\.sgqr/i, 'SGQR'],
  [/A000000677010/i, 'PromptPay'],
  [/A000000727/i, 'VietQR'],
  [/id\.co\.qris|qris\.com/i, 'QRIS'],
  [/A000000615|duitnow/i, 'DuitNow'],
  [/ph\.ppmi|instapay/i, 'QR Ph'],
  [/hk\.com\.hkicl/i, 'FPS'],
  [/A000000524|upi/i, 'BharatQR'],
  [/paymentsjapan|jpqr/i, 'JPQR'],
  [/bakong|@/i, 'Bakong'],
  [/A000000333|unionpay/i, 'UnionPay'],
];

/** Identifiers that EMVCo assigned to card networks (table 4.3). */
const NETWORKS: [number, number, string][] = [
  [2, 3, 'Visa'],
  [4, 5, 'Mastercard'],
  [9, 10, 'Discover'],
  [11, 12, 'Amex'],
  [13, 14, 'JCB'],
  [15, 16, 'UnionPay'],
];

/** ISO 4217 by number. */
const CURRENCIES: Record<string, string> = {
  '036': 'AUD', '050': 'BDT', '116': 'KHR', '124': 'CAD', '144': 'LKR', '156': 'CNY', '344': 'HKD', '356': 'INR',
  '360': 'IDR', '392': 'JPY', '404': 'KES', '410': 'KRW', '418': 'LAK', '446': 'MOP', '458': 'MYR', '496': 'MNT',
  '524': 'NPR', '554': 'NZD', '608': 'PHP', '682': 'SAR', '702': 'SGD', '704': 'VND', '756': 'CHF', '764': 'THB',
  '784': 'AED', '826': 'GBP', '840': 'USD', '901': 'TWD', '978': 'EUR', '986': 'BRL',
}; // biome-ignore format: a table reads better by row

/** Characters of a code with only the required objects; shorter texts are other numbers. */
const SHORTEST = 30;

/** CRC-16/CCITT-FALSE (polynomial 0x1021, initial value 0xffff), as four upper-case hex digits. */
export function toCrc16(bytes: Uint8Array): string {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

/** The data objects of a text whose lengths count characters; null when the lengths do not match. */
function readObjects(text: string): DataObjects | null {
  const objects: DataObjects = new Map();
  for (let at = 0; at < text.length; ) {
    const head = /^\d{4}$/.exec(text.slice(at, at + 4))?.[0];
    if (head === undefined) return null;
    const end = at + 4 + Number(head.slice(2));
    if (end > text.length) return null;
    const id = head.slice(0, 2);
    if (!objects.has(id)) objects.set(id, text.slice(at + 4, end));
    at = end;
  }
  return objects;
}

/** The same for issuers that count the bytes of Korean names. */
function readByBytes(text: string): DataObjects | null {
  const objects = readObjects(Buffer.from(text, 'utf8').toString('latin1'));
  if (objects === null) return null;
  return new Map([...objects].map(([id, value]) => [id, Buffer.from(value, 'latin1').toString('utf8')]));
}

/** The objects before the first error, for a truncated or invalid code. */
function readTruncated(text: string): DataObjects {
  for (let at = 0, end = 0; ; at = end) {
    const length = Number(/^\d{2}(\d{2})/.exec(text.slice(at, at + 4))?.[1] ?? Number.NaN);
    end = at + 4 + length;
    if (Number.isNaN(length) || end > text.length) return readObjects(text.slice(0, at)) ?? new Map();
  }
}

function findPaymentScheme(objects: DataObjects): string {
  for (const [id, value] of objects) {
    const number = Number(id);
    if (number < 2 || number > 51) continue;
    const network = NETWORKS.find(([from, to]) => number >= from && number <= to)?.[2];
    const identifier = number >= 26 ? (readObjects(value)?.get('00') ?? value) : '';
    const name = network ?? SCHEMES.find(([pattern]) => pattern.test(identifier))?.[1];
    if (name !== undefined) return name;
  }
  return 'EMVCo';
}

/** The checksum is last and covers everything before it, including its own identifier and length (section 4.7.3). */
function toChecksumReasons(text: string, checksum: string | undefined): PayloadReason[] {
  const at = text.lastIndexOf('6304');
  const expected =
    at === -1 || at + 8 !== text.length ? null : toCrc16(Buffer.from(text.slice(0, at + 4), 'utf8'));
  if (expected !== null && checksum?.toUpperCase() === expected) return [];
  return [{ code: 'wrong_checksum', part: checksum ?? '-', level: 'caution' }];
}

/** `text` is the payload without white space around it. */
export function parseEmvco(text: string): PayloadContent | null {
  if (!text.startsWith('000201') || text.length < SHORTEST) return null;
  // Lengths that match by chance in characters put the checksum inside another value.
  const readings = [readObjects(text), readByBytes(text)];
  const whole = readings.find((objects) => objects?.has('63')) ?? readings[0];
  const objects = whole ?? readTruncated(text);
  const local = readObjects(objects.get('64') ?? '')?.get('01');
  const payee = toNullIfEmpty(local) ?? toNullIfEmpty(objects.get('59'));
  const amount = /^\d{1,13}(?:\.\d{0,4})?$/.test(objects.get('54') ?? '') ? Number(objects.get('54')) : null;
  const code = objects.get('53') ?? '';
  const currency = toNullIfEmpty(CURRENCIES[code] ?? code);
  const initiation = objects.get('01');
  const scheme = findPaymentScheme(objects);
  return {
    kind: 'payment',
    fields: {
      scheme,
      payee,
      amount,
      currency,
      dynamic: initiation === '12' ? true : initiation === '11' ? false : null,
    },
    reasons: [
      toPaymentReason(payee ?? scheme, amount, currency),
      ...toChecksumReasons(text, objects.get('63')),
    ],
    // Pix and others have the address of a dynamic code, without a scheme, in an account.
    sources: [...objects]
      .filter(([id]) => Number(id) >= 26 && Number(id) !== 63)
      .flatMap(([id, value]) => [...(readObjects(value)?.values() ?? [value])].map((text) => ({ id, text })))
      .filter(({ text: piece }) => /[/:]/.test(piece))
      .map(({ id, text: piece }) => ({
        field: `tag_${id}`,
        text: toPart(decodePercent(piece)),
        as: 'prose' as const,
      })),
  };
}
