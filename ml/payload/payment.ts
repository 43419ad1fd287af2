/**
 * Payments outside EMVCo: `upi:` (NPCI, UPI Linking Specification 1.6), SEPA transfers (EPC069-12), Swiss
 * QR-bills and Toss's transfers.
 */

import { findParameter, readQuery, toNullIfEmpty, toPart } from './decode.ts';
import type { PayloadContent, PayloadReason } from './payload.ts';
import type { SchemeText } from './scheme.ts';

/** Apps that accept the parameters of `upi:` under their own scheme. */
const UPI_APPS = new Set(['paytmmp', 'paytm', 'phonepe', 'gpay', 'tez', 'bhim', 'credpay', 'mobikwik']);

/** Names the payee and the amount. */
export function toPaymentReason(
  payee: string,
  amount: number | null,
  currency: string | null,
): PayloadReason {
  const part = toPart(payee);
  if (amount === null) return { code: 'pays_any', part, level: 'info' };
  return { code: 'pays', part, params: { amount: `${amount} ${currency ?? ''}`.trim() }, level: 'info' };
}

function toAmount(text: string | null | undefined): number | null {
  const plain = text?.replaceAll(',', '').trim() ?? '';
  return /^\d{1,13}(?:\.\d{1,6})?$/.test(plain) ? Number(plain) : null;
}

/** The payee's name, which anyone can choose, and the account. */
function toPayee(name: string | null, account: string | null): string | null {
  const known = [toNullIfEmpty(name), toNullIfEmpty(account)].filter((one) => one !== null);
  return known.length === 2 ? `${known[0]} (${known[1]})` : (known[0] ?? null);
}

function toContent(
  scheme: string,
  payee: string | null,
  amount: number | null,
  currency: string | null,
): PayloadContent {
  return {
    kind: 'payment',
    fields: { scheme, payee, amount, currency, dynamic: amount !== null },
    reasons: [toPaymentReason(payee ?? scheme, amount, currency)],
    sources: [],
  };
}

export function parsePaymentLink({ scheme, rest }: SchemeText): PayloadContent | null {
  const mark = rest.indexOf('?');
  const query = mark === -1 ? [] : readQuery(rest.slice(mark + 1).split('#')[0]!);
  const find = (...names: string[]) => findParameter(query, ...names);
  if (scheme === 'upi' || (UPI_APPS.has(scheme) && find('pa') !== null)) {
    const payee = toPayee(find('pn'), find('pa'));
    const content = toContent('UPI', payee, toAmount(find('am')), find('cu') ?? 'INR');
    const urls = query.filter(({ name }) => name === 'url' || name === 'refurl');
    return { ...content, sources: urls.map(({ value }) => ({ field: 'url', text: value, as: 'address' })) };
  }
  if (scheme === 'supertoss' && /^\/\/(?:send|transfer)\b/.test(rest)) {
    const account = [find('bank'), find('accountno', 'account')].filter((one) => one !== null).join(' ');
    return toContent('Toss', toPayee(find('name', 'msg'), account), toAmount(find('amount')), 'KRW');
  }
  return null;
}

/** Lines of a Swiss QR-bill before the amount: the header, the account, the creditor and the ultimate creditor. */
const SWISS_LINES = { account: 3, creditor: 5, amount: 18, currency: 19 };

/** One line each, `SPC` first (SIX, Swiss Implementation Guidelines QR-bill 2.3, 4.2.2). */
export function parseSwissBill(text: string): PayloadContent | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (lines[0] !== 'SPC' || !/^02\d\d$/.test(lines[1] ?? '')) return null;
  const line = (name: keyof typeof SWISS_LINES) => lines[SWISS_LINES[name]] ?? null;
  const payee = toPayee(line('creditor'), line('account'));
  return toContent('Swiss QR-bill', payee, toAmount(line('amount')), toNullIfEmpty(line('currency')));
}

/** One line each: `BCD`, version, character set, `SCT`, BIC, name, IBAN, amount. */
export function parseSepa(text: string): PayloadContent | null {
  const [tag, version, , kind, , name, iban, money] = text.split(/\r?\n/).map((line) => line.trim());
  if (tag !== 'BCD' || !/^00[12]$/.test(version ?? '') || kind !== 'SCT') return null;
  const amount = toAmount(/^EUR([\d.]+)$/.exec(money ?? '')?.[1]);
  return toContent('SEPA', toPayee(name ?? null, iban ?? null), amount, 'EUR');
}
