/**
 * Cryptocurrency payments: `bitcoin:` (BIP 21) and similar schemes, `ethereum:` (EIP-681), Solana Pay, Lightning
 * invoices (BOLT 11) and LNURL (LUD-01, LUD-17), pairings of WalletConnect, and bare addresses.
 */

import { decodeBase58Check } from './base58.ts';
import { decodeBech32 } from './bech32.ts';
import { decodePercent, findParameter, readQuery, toNullIfEmpty, toPart } from './decode.ts';
import type { LinkSource, PayloadContent, PayloadReason } from './payload.ts';
import type { SchemeText } from './scheme.ts';

const NETWORKS = new Set(
  `bitcoin bitcoincash bchtest litecoin dogecoin dash zcash monero ripple xrp xrpl stellar web+stellar tron cardano
  web+cardano polkadot cosmos near algorand nano tezos ton solana ethereum lightning celo polygon bsc binancecoin
  decred digibyte raptoreum vertcoin sui aptos`.split(/\s+/),
);
const LNURL_SCHEMES = /^(?:lnurl[cpw]?|keyauth)$/;
/** Ethereum-compatible networks by number (chainlist). */
const CHAINS: Record<string, string> = {
  '1': 'ethereum', '10': 'optimism', '56': 'bnb', '137': 'polygon', '8453': 'base', '42161': 'arbitrum', '43114': 'avalanche',
}; // biome-ignore format: a table reads better by row

interface Transfer {
  network: string;
  address: string | null;
  amount: string | null;
  sources?: LinkSource[];
}

function toContent({ network, address, amount, sources = [] }: Transfer): PayloadContent {
  const part = toPart([amount, address ?? network].filter((one) => one !== null).join(' → '));
  const reason: PayloadReason = { code: 'irreversible_payment', part, level: 'caution' };
  return { kind: 'crypto', fields: { network, address, amount }, reasons: [reason], sources };
}

/** `units` of 10^-`decimals` as a decimal number, exact. Scientific notation is read (EIP-681). */
function toDecimal(units: string | null, decimals: number): string | null {
  const match = /^(\d{1,40})(?:\.(\d{1,40}))?(?:e(\d{1,2}))?$/i.exec(units ?? '');
  if (!match) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent) - decimals;
  const digits = whole + fraction;
  const point = whole.length + shift;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(1, point);
  const decimal = `${padded.slice(0, at)}.${padded.slice(at)}`.replace(/(?<!0)0+$/, '').replace(/\.$/, '');
  return decimal.replace(/^0+(?=\d)/, '') || '0';
}

/** `ethereum:pay-0x…@137/transfer?address=0x…&uint256=1e6` */
function parseEthereum(rest: string): PayloadContent {
  const match = /^(?:\/\/)?(?:pay-)?([^@/?]{1,200})(?:@(\d{1,10}))?(?:\/([^?]{1,60}))?/.exec(rest);
  const query = readQuery(rest.slice(rest.indexOf('?') + 1 || rest.length));
  const chain = match?.[2] ?? '1';
  const target = toNullIfEmpty(match?.[1]);
  const isToken = match?.[3] === 'transfer';
  const units = findParameter(query, 'uint256');
  const amount = isToken
    ? units && `${toDecimal(units, 0) ?? units} (token ${target})`
    : toDecimal(findParameter(query, 'value', 'amount'), 18);
  return toContent({
    network: CHAINS[chain] ?? `eip155:${chain}`,
    address: isToken ? (findParameter(query, 'address') ?? target) : target,
    amount: amount ?? null,
  });
}

/** Amounts of invoices: `lnbc2500u1…` is 2,500 millionths of a bitcoin. */
const INVOICE = /^ln(?:bcrt|bc|tbs|tb|sb)(?:(\d{1,15})([munp])?)?1[a-z0-9]{20,}$/i;
const DECIMALS: Record<string, number> = { m: 3, u: 6, n: 9, p: 12 };

function parseLightning(rest: string): PayloadContent {
  const text = decodePercent(rest.replace(/^\/\//, '').split(/[?#]/)[0] ?? '').trim();
  const url = decodeLnurl(text);
  if (url !== null) return toLnurl(text, url);
  const invoice = INVOICE.exec(text);
  const unit = invoice?.[2]?.toLowerCase();
  const amount = toDecimal(invoice?.[1] ?? null, unit === undefined ? 0 : DECIMALS[unit]!);
  const [user, host] = text.split('@');
  const sources: LinkSource[] = host
    ? [{ field: 'address', text: `https://${host}/.well-known/lnurlp/${user}`, as: 'address' }]
    : [];
  return toContent({ network: 'lightning', address: toNullIfEmpty(text), amount, sources });
}

function decodeLnurl(text: string): string | null {
  const bytes = /^lnurl1/i.test(text) ? decodeBech32(text, 'lnurl') : null;
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

function toLnurl(address: string, url: string): PayloadContent {
  return toContent({
    network: 'lightning',
    address,
    amount: null,
    sources: [{ field: 'address', text: url, as: 'address' }],
  });
}

/** A bare `LNURL1…`, even with a wrong checksum. */
export function parseBareLnurl(text: string): PayloadContent | null {
  return /^lnurl1[a-z0-9]{6,}$/i.test(text) ? toLnurl(text, decodeLnurl(text) ?? '') : null;
}

/** Addresses of segregated witness (BIP 173, BIP 350). */
const SEGWIT = /^(bc|ltc)1[ac-hj-np-z02-9]{11,87}$/;
/** The first byte of addresses in Base58Check (Bitcoin, Tron). */
const BASE58_NETWORKS: Record<number, string> = { 0: 'bitcoin', 5: 'bitcoin', 65: 'tron' };

/** A bare address, as wallets show it in a code. */
export function parseBareWallet(text: string): PayloadContent | null {
  const prefix = SEGWIT.exec(text === text.toUpperCase() ? text.toLowerCase() : text)?.[1];
  const first = decodeBase58Check(text)?.[0] ?? -1;
  const network = /^0x[0-9a-f]{40}$/i.test(text)
    ? 'ethereum'
    : prefix
      ? { bc: 'bitcoin', ltc: 'litecoin' }[prefix]
      : BASE58_NETWORKS[first];
  return network ? toContent({ network, address: text, amount: null }) : null;
}

export function parseCrypto({ scheme, rest }: SchemeText): PayloadContent | null {
  if (LNURL_SCHEMES.test(scheme)) {
    const text = rest.replace(/^\/\//, '');
    return (
      parseBareLnurl(text) ??
      toLnurl(text, /\.onion(?:[/:?]|$)/.test(text) ? `http://${text}` : `https://${text}`)
    );
  }
  if (scheme === 'wc' && /^[0-9a-f-]{8,}@\d/i.test(rest)) {
    const address = toPart(rest.split('?')[0]!);
    return {
      ...toContent({ network: 'walletconnect', address, amount: null }),
      reasons: [{ code: 'connects_wallet', part: address, level: 'caution' }],
    };
  }
  if (!NETWORKS.has(scheme)) return null;
  if (scheme === 'ethereum') return parseEthereum(rest);
  if (scheme === 'lightning') return parseLightning(rest);
  const mark = rest.indexOf('?');
  const query = mark === -1 ? [] : readQuery(rest.slice(mark + 1));
  const path = decodePercent(mark === -1 ? rest : rest.slice(0, mark)).replace(
    /^\/\/(?:transfer\/|pay\b\/?)?/,
    '',
  );
  const isNano = scheme === 'ton' || scheme === 'nano';
  const amount = findParameter(query, 'amount', 'tx_amount', 'value');
  return toContent({
    network: scheme.replace('web+', ''),
    address:
      toNullIfEmpty(toPart(path)) ??
      findParameter(query, 'destination', 'address', 'to', 'lightning', 'recipient'),
    amount: amount === null ? null : isNano ? toDecimal(amount, scheme === 'ton' ? 9 : 30) : toPart(amount),
    // Solana Pay asks a server for the transaction; BIP 21 has an address for the payment protocol (BIP 72).
    sources: [
      { field: 'address', text: path, as: 'scheme' },
      ...query.map(({ name, value }) => ({ field: name, text: value, as: 'scheme' as const })),
    ],
  });
}
