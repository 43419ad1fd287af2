/** Reads the target addresses that a redirecting URL contains. */

import { type CanonicalUrl, canonicalize } from './canonical.ts';

/** Where a redirector has its target. `names` are query parameters; null accepts any parameter with an address. */
export type TargetPlace =
  | { kind: 'query'; names: readonly string[] | null }
  | { kind: 'whole_query' }
  | { kind: 'path' }
  | { kind: 'host' };

const MAX_TARGETS = 4;
const HTTP = /^https?:[\\/]/i;
const HTTP_INSIDE = /https?:\/{1,2}[^\s]+/i;
const BASE64 = /^(?:a1)?([A-Za-z0-9+/_-]{12,}={0,2})$/;
/** The first version of Proofpoint's links has `-` and `_` for `%` and `/` (URL Defense decoder, v2). */
const PROOFPOINT_V2 = /^https?-3A/i;

/**
 * The address in one value: plain, in base64 or in Proofpoint's encoding; null when there is none. With `isNamed` the
 * parameter is known to hold an address, so that one without a scheme counts.
 */
export function readTargetValue(value: string, isNamed: boolean): CanonicalUrl | null {
  if (HTTP.test(value)) return canonicalize(value);
  if (PROOFPOINT_V2.test(value)) return canonicalize(value.replaceAll('-', '%').replaceAll('_', '/'));
  const code = BASE64.exec(value)?.[1];
  const text = code === undefined ? '' : Buffer.from(code, 'base64url').toString('latin1');
  if (HTTP.test(text)) return canonicalize(text);
  // `?url=evil.tk/login` is an address only in a parameter that is known to hold one.
  return isNamed && value.includes('.') ? canonicalize(value) : null;
}

/** The values of a canonical query, in which a target's `&` cannot be told from the query's own. */
function listValues(query: string, names: readonly string[] | null): string[] {
  const lowerNames = names?.map((name) => name.toLowerCase());
  return query.split('&').flatMap((pair) => {
    const equals = pair.indexOf('=');
    if (equals === -1) return [];
    const name = pair.slice(0, equals).toLowerCase();
    return lowerNames === undefined || lowerNames.includes(name) ? [pair.slice(equals + 1)] : [];
  });
}

/** `evil-tk.translate.goog` stands for `evil.tk`; `--` stands for a hyphen. */
function readHostTarget(url: CanonicalUrl): CanonicalUrl | null {
  const label = url.host.split('.')[0] ?? '';
  const host = label.replaceAll('--', '\0').replaceAll('-', '.').replaceAll('\0', '-');
  return canonicalize(`${url.scheme}://${host}${url.path}`);
}

/** The address in the path after `prefix`, with or without a scheme. */
function readPathTarget(path: string, prefix: string): CanonicalUrl | null {
  const afterPrefix = path.slice(prefix.length);
  const address = HTTP_INSIDE.exec(afterPrefix)?.[0]?.replace(/__;.*$/, '');
  return address === undefined ? canonicalize(afterPrefix.replace(/^\/+/, '')) : canonicalize(address);
}

/** The targets of a redirector's URL, at most 4, without duplicates. `prefix` is the redirector's path. */
export function readTargets(url: CanonicalUrl, prefix: string, place: TargetPlace): CanonicalUrl[] {
  const candidates: (CanonicalUrl | null)[] = [];
  if (place.kind === 'host') candidates.push(readHostTarget(url));
  if (place.kind === 'path') candidates.push(readPathTarget(url.path, prefix));
  if (place.kind === 'whole_query') candidates.push(readTargetValue(url.query ?? '', true));
  if (place.kind === 'query') {
    const isNamed = place.names !== null;
    candidates.push(
      ...listValues(url.query ?? '', place.names).map((value) => readTargetValue(value, isNamed)),
    );
    // Yahoo and others have a parameter in the path: `/RU=https://…/RK=`.
    if (isNamed && url.path.includes('='))
      candidates.push(readPathTarget(url.path.replace(/\/RK=.*$/, ''), prefix));
  }
  const targets = new Map<string, CanonicalUrl>();
  for (const target of candidates) {
    if (target !== null && target.hash !== url.hash && targets.size < MAX_TARGETS)
      targets.set(target.hash, target);
  }
  return [...targets.values()];
}

/** Shorter values are flags and search words, not encoded addresses. */
const MIN_CODE_LENGTH = 8;

/** Whether a target parameter holds something other than an address or a path of the same site. */
export function hasEncodedTarget(url: CanonicalUrl, place: TargetPlace): boolean {
  if (place.kind !== 'query' || place.names === null) return false;
  return listValues(url.query ?? '', place.names).some(
    (value) => value.length >= MIN_CODE_LENGTH && !value.startsWith('/'),
  );
}
