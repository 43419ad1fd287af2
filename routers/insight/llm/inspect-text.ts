import { setImmediate as breathe } from 'node:timers/promises';
import type { LinkFinding, TraceHit } from '../../../db/index.ts';
import { findAddresses } from '../../../ml/chat/addresses.ts';
import { maskLongText } from '../../../ml/text/pii-masking-long.ts';
import type { Context } from '../../core/context.ts';
import { getCurrentPolicies } from '../../safety/policies/store.ts';
import { scanUrls } from '../../safety/scan/scan-urls.ts';

/** Characters read in one go; between pieces others run. */
const CHUNK_CHARS = 10_000;
const MAX_LINKS = 100;

/** A text without personal data and what a policy masks, and the policies it meets. */
export async function maskAndMatchPolicies(
  { db, clock }: Context,
  text: string,
  side: TraceHit['side'],
): Promise<{ text: string; hits: TraceHit[] }> {
  const policies = getCurrentPolicies(db, clock);
  const hits = new Map<string, TraceHit>();
  let seen = '';
  for (const piece of pieces(text)) {
    const verdict = policies.apply(piece, side);
    for (const hit of verdict.hits) hits.set(hit.id, { ...hit, side });
    seen += verdict.text;
    if (text.length > CHUNK_CHARS) await breathe();
  }
  return { text: await maskLongText(seen), hits: [...hits.values()] };
}

/**
 * The verdicts on the URLs in a response. In code, a name without a scheme is a word of the code far more often than
 * an address. Throws MODEL_ERROR.
 */
export async function scanLinks(ctx: Context, response: string): Promise<LinkFinding[]> {
  const prose = response.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, ' ');
  const urls = new Set([
    ...(await urlsIn(response, (url) => /^https?:/i.test(url))),
    ...(await urlsIn(prose, () => true)),
  ]);
  if (urls.size === 0) return [];
  const verdicts = await scanUrls(ctx, [...urls].slice(0, MAX_LINKS));
  return Promise.all(
    [...verdicts.values()].map(async (finding) => ({ ...finding, url: await maskLongText(finding.url) })),
  );
}

async function urlsIn(text: string, wanted: (url: string) => boolean): Promise<string[]> {
  const found = new Set<string>();
  for (const piece of pieces(text)) {
    for (const url of findAddresses(piece)) if (wanted(url)) found.add(url);
    if (found.size >= MAX_LINKS) break;
    if (text.length > CHUNK_CHARS) await breathe();
  }
  return [...found];
}

/** A text in pieces that end between words where they can. */
function* pieces(text: string): Iterable<string> {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + CHUNK_CHARS, text.length);
    if (end < text.length) {
      const space = Math.max(text.lastIndexOf('\n', end), text.lastIndexOf(' ', end));
      if (space > at + CHUNK_CHARS / 2) end = space + 1;
    }
    yield text.slice(at, end);
    at = end;
  }
}
