/** IP addresses as hosts of URLs: every spelling that `inet_aton` and browsers accept, to one form. */

const IPV4_CHARACTERS = /^[0-9a-fx.]+$/;
const OCTAL = /^0[0-7]*$/;
const DECIMAL = /^[1-9][0-9]*$/;
const HEXADECIMAL = /^0x[0-9a-f]+$/;

function parsePart(part: string): number | null {
  const value = HEXADECIMAL.test(part)
    ? Number.parseInt(part.slice(2), 16)
    : OCTAL.test(part)
      ? Number.parseInt(part, 8)
      : DECIMAL.test(part)
        ? Number(part)
        : Number.NaN;
  return value <= 0xffffffff ? value : null;
}

/**
 * An IPv4 address in any legal encoding (octal, hexadecimal, one to four parts; parts too large keep their low
 * bits) as a dotted quad, or null when the host is no address. What follows a space is dropped, as resolvers do.
 * Source: Safe Browsing, URLs and Hashing. `host` is a lower-case byte string.
 */
export function parseIpv4(host: string): string | null {
  const first = host.charCodeAt(0);
  if (first < 48 || first > 57) return null;
  const space = host.indexOf(' ');
  const text = space > 0 && space <= 15 ? host.slice(0, space) : host;
  if (!IPV4_CHARACTERS.test(text)) return null;
  const parts = text.split('.');
  if (parts.length > 4) return null;
  const bytes: number[] = [];
  for (const [i, part] of parts.entries()) {
    const value = parsePart(part);
    if (value === null) return null;
    // The last part fills all bytes that remain.
    const count = i === parts.length - 1 ? 4 - i : 1;
    for (let shift = count - 1; shift >= 0; shift--) bytes.push(Math.floor(value / 256 ** shift) % 256);
  }
  return bytes.join('.');
}

/** Bits of a compressed IPv6 address that stand for an IPv4 one: ::ffff:0:0/96 and 64:ff9b::/96. */
const MAPPED = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/;

/**
 * A bracketed IPv6 literal, compressed (RFC 5952), or the IPv4 address it maps; null when it is not valid.
 * Source: Safe Browsing v5, canonicalization of hosts.
 */
export function parseIpv6(host: string): string | null {
  if (!host.startsWith('[') || !host.endsWith(']')) return null;
  const parsed = parse(`http://${host}/`);
  if (parsed === null) return null;
  const mapped = MAPPED.exec(parsed.hostname.slice(1, -1));
  if (!mapped) return parsed.hostname;
  const high = Number.parseInt(mapped[1] ?? '0', 16);
  const low = Number.parseInt(mapped[2] ?? '0', 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

/** True for loopback, private, link-local, carrier-grade NAT and unspecified addresses, and for localhost. */
export function isLocalHost(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host.endsWith('.local')) return true;
  if (host.startsWith('[')) return /^\[(?:::1?\]|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/.test(host);
  const quad = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(host);
  if (!quad) return false;
  const a = Number(quad[1]);
  const b = Number(quad[2]);
  return (
    a === 10 ||
    a === 127 ||
    a === 0 ||
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127)
  );
}
