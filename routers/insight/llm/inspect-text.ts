import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { TraceHit, UrlFinding } from '../../../db/index.ts';
import { findLinks, type TextLink } from '../../../ml/text/links.ts';
import { maskLongText } from '../../../ml/text/pii-masking-long.ts';
import type { Context } from '../../core/context.ts';
import { getCurrentPolicies } from '../../safety/policies/store.ts';
import { scanUrls } from '../../safety/scan/scan-urls.ts';

/** Characters inspected before other work gets its turn. */
const CHUNK_CHARS = 10_000;
const MAX_LINKS = 100;

/** Masks personal data and what policies mask in a text, and lists the policies that match. */
export async function maskAndMatchPolicies(
  { db, clock }: Context,
  text: string,
  side: TraceHit['side'],
): Promise<{ text: string; hits: TraceHit[] }> {
  const policies = getCurrentPolicies(db, clock);
  const hits = new Map<string, TraceHit>();
  let masked = '';
  for (const chunk of splitText(text)) {
    const verdict = policies.apply(chunk, side);
    for (const hit of verdict.hits) hits.set(hit.id, { ...hit, side });
    masked += verdict.text;
    if (text.length > CHUNK_CHARS) await yieldToEventLoop();
  }
  return { text: await maskLongText(masked), hits: [...hits.values()] };
}

/**
 * Scans the URLs in a response. In code, only URLs with a scheme count, since a name with dots is usually an
 * expression. Throws MODEL_ERROR.
 */
export async function scanLinks(ctx: Context, response: string): Promise<UrlFinding[]> {
  const textWithoutCode = response.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, ' ');
  const urls = new Set([
    ...(await extractUrls(response, ({ canonical }) => canonical.has_scheme)),
    ...(await extractUrls(textWithoutCode, ({ nested, canonical }) => !nested || canonical.has_scheme)),
  ]);
  if (urls.size === 0) return [];
  const verdicts = await scanUrls(ctx, [...urls].slice(0, MAX_LINKS));
  return Promise.all(
    [...verdicts.values()].map(async (finding) => ({ ...finding, url: await maskLongText(finding.url) })),
  );
}

async function extractUrls(text: string, accepts: (link: TextLink) => boolean): Promise<string[]> {
  const urls = new Set<string>();
  for (const chunk of splitText(text)) {
    for (const link of findLinks(chunk)) if (accepts(link)) urls.add(link.url);
    if (urls.size >= MAX_LINKS) break;
    if (text.length > CHUNK_CHARS) await yieldToEventLoop();
  }
  return [...urls];
}

/** Splits a text into chunks that end between words where possible. */
function* splitText(text: string): Iterable<string> {
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
