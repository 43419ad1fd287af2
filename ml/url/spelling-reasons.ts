/** Reasons about the spelling of an address. */

import type { CanonicalUrl } from './canonical.ts';
import type { Reason } from './reasons.ts';

/** `http://attacker.example\\@google.com`: browsers read the backslash as a slash, people read the name after `@`. */
const BACKSLASH = /^(?:https?:)?[\\/]{0,3}[^\\/?#]+\\[^/?#@]{0,100}@([^\\/?#]{1,100})/i;

/** Names that the public DNS does not have: Tor, I2P, GNUnet, block chains. */
const SPECIAL_NETWORK = /\.(onion|i2p|gnu|loki|eth|crypto|bit|lokinet)$/;

/** The reasons, unordered. `display_host` is the host with punycode decoded. */
export function findSpellingReasons(url: CanonicalUrl, shown_host: string): Reason[] {
  const reasons: Reason[] = [];
  const behind = BACKSLASH.exec(url.input.slice(0, 1000))?.[1];
  if (behind !== undefined) {
    reasons.push({ code: 'backslash', part: behind, params: { site: shown_host }, weight: 0.9 });
  }
  const network = SPECIAL_NETWORK.exec(url.host)?.[1];
  if (network !== undefined) reasons.push({ code: 'special_network', part: network, weight: 0.75 });
  if (url.full_length !== undefined) {
    const params = { length: `${url.full_length}` };
    reasons.push({ code: 'too_long', part: url.host, params, weight: 0.7 });
  }
  return reasons;
}
