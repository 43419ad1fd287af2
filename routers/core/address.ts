import { isIP } from 'node:net';

/**
 * An internet address without a port, brackets or a zone, and an IPv4 address that IPv6 wraps as itself; null for what
 * is none. Proxies write all of these.
 */
export function parseIpAddress(text: string): string | null {
  const trimmed = text.trim().replace(/^"(.*)"$/, '$1');
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(trimmed)?.[1];
  const bare = bracketed ?? (/^[\d.]+:\d+$/.test(trimmed) ? trimmed.split(':', 1)[0] : trimmed) ?? '';
  const address = bare.replace(/%.*$/, '').toLowerCase();
  if (isIP(address) === 0) return null;
  const groups = isIP(address) === 6 ? toGroups(address) : null;
  if (!groups) return address;
  const isWrapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isWrapped) return address;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

/**
 * Whom an address stands for in rate limits: an IPv4 address, or the first 64 bits of an IPv6 address, which one
 * connection has to itself.
 */
export function toAddressKey(text: string): string {
  const address = parseIpAddress(text);
  if (address === null || isIP(address) === 4) return address ?? text;
  const network = toGroups(address).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function toGroups(address: string): number[] {
  const [head = '', tail] = address.split('::', 2);
  const before = parseGroups(head);
  if (tail === undefined) return before;
  const after = parseGroups(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function parseGroups(text: string): number[] {
  return text === ''
    ? []
    : text.split(':').flatMap((part) => (part.includes('.') ? fromIpv4(part) : [parseInt(part, 16)]));
}

function fromIpv4(text: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}
