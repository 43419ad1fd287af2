/** Targets that stand in a link that leads on. */

import { type CanonicalUrl, canonicalize } from './canonical.ts';

/** Where a redirector keeps its target. `names` are query parameters; null takes any that holds an address. */
export type TargetPlace =
  | { kind: 'query'; names: readonly string[] | null }
  | { kind: 'whole_query' }
  | { kind: 'path' }
  | { kind: 'host' };

const MAX_TARGETS = 4;
const HTTP = /^https?:[\\/]/i;
const HTTP_INSIDE = /https?:\/{1,2}[^\s]+/i;
const BASE64 = /^(?:a1)?([A-Za-z0-9+/_-]{12,}={0,2})$/;
/** Proofpoint's first form of its links: `-` and `_` for `%` and `/` (URL Defense decoder, v2). */
const PROOFPOINT_V2 = /^https?-3A/i;

/**
 * The address in one value, plain, in base64 or in Proofpoint's spelling; null when it holds none. `isNamed` says that
 * an address is expected there, so that one without a scheme counts.
 */
export function readTargetValue(value: string, isNamed: boolean): CanonicalUrl | null {
  if (HTTP.test(value)) return canonicalize(value);
  if (PROOFPOINT_V2.test(value)) return canonicalize(value.replaceAll('-', '%').replaceAll('_', '/'));
  const code = BASE64.exec(value)?.[1];
  const text = code === undefined ? '' : Buffer.from(code, 'base64url').toString('latin1');
  if (HTTP.test(text)) return canonicalize(text);
  // `?url=evil.tk/login` is an address only where one is expected.
  return isNamed && value.includes('.') ? canonicalize(value) : null;
}

/** The values of a canonical query, in which `&` of a target is not told from its own. */
function listValues(query: string, names: readonly string[] | null): string[] {
  const wanted = names?.map((name) => name.toLowerCase());
  return query.split('&').flatMap((pair) => {
    const equals = pair.indexOf('=');
    if (equals === -1) return [];
    const name = pair.slice(0, equals).toLowerCase();
    return wanted === undefined || wanted.includes(name) ? [pair.slice(equals + 1)] : [];
  });
}

/** `evil-tk.translate.goog` is `evil.tk`, and `--` stands for a hyphen. */
function readHostTarget(url: CanonicalUrl): CanonicalUrl | null {
  const label = url.host.split('.')[0] ?? '';
  const host = label.replaceAll('--', '\0').replaceAll('-', '.').replaceAll('\0', '-');
  return canonicalize(`${url.scheme}://${host}${url.path}`);
}

/** An address in the path behind `prefix`, with or without its scheme. */
function readPathTarget(path: string, prefix: string): CanonicalUrl | null {
  const rest = path.slice(prefix.length);
  const address = HTTP_INSIDE.exec(rest)?.[0]?.replace(/__;.*$/, '');
  return address === undefined ? canonicalize(rest.replace(/^\/+/, '')) : canonicalize(address);
}

/** The targets of a URL that is known to lead on, at most 4, each once. `prefix` is the path it leads on from. */
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
    // Yahoo and others keep a parameter in the path: `/RU=https://…/RK=`.
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

/** Shorter values are flags and search words, not addresses in code. */
const SHORTEST_CODE = 8;

/** Whether a parameter for the target holds something that is neither an address nor a path of the same site. */
export function hasCodedTarget(url: CanonicalUrl, place: TargetPlace): boolean {
  if (place.kind !== 'query' || place.names === null) return false;
  return listValues(url.query ?? '', place.names).some(
    (value) => value.length >= SHORTEST_CODE && !value.startsWith('/'),
  );
}
