import type { TraceHit } from '../../../db/index.ts';
import { findLinks, type TextLink } from '../../../ml/text/links.ts';
import { maskLongText, maskValues } from '../../../ml/text/pii-masking-long.ts';
import { type CompiledPolicies, compilePolicies, type Policy } from '../../../ml/text/policies.ts';

/** Characters inspected at a time. */
const CHUNK_CHARS = 10_000;
const MAX_LINKS = 100;

/** The parts of a trace that may hold personal data. */
export interface TraceTexts {
  prompt: string;
  /** as the sender has masked it */
  masked_prompt: string | null;
  response: string;
  tool_calls: unknown[];
  metadata: Record<string, unknown>;
}

/** The same without personal data, and what was found. */
export interface InspectedTrace {
  masked_prompt: string;
  response: string;
  tool_calls: unknown[];
  metadata: Record<string, unknown>;
  policy_hits: TraceHit[];
  /** the first URLs of the response */
  urls: string[];
}

/** `inspectTraceByPolicies` on the task thread. */
export const INSPECT_TRACE = { module: import.meta.url, run: inspectTraceByPolicies };

export function inspectTraceByPolicies(input: {
  texts: TraceTexts;
  policies: readonly Policy[];
}): Promise<InspectedTrace> {
  return inspectTrace(input.texts, compilePolicies(input.policies));
}

/** Masks the texts of a trace, and lists the policies that they match and the URLs of the response. */
export async function inspectTrace(texts: TraceTexts, policies: CompiledPolicies): Promise<InspectedTrace> {
  const prompt = await maskAndMatchPolicies(policies, texts.prompt, 'input');
  const masked = texts.masked_prompt
    ? await maskAndMatchPolicies(policies, texts.masked_prompt, 'input')
    : prompt;
  const response = await maskAndMatchPolicies(policies, texts.response, 'output');
  return {
    masked_prompt: masked.text,
    response: response.text,
    tool_calls: await maskValues(texts.tool_calls),
    metadata: await maskValues(texts.metadata),
    policy_hits: [...prompt.hits, ...response.hits],
    urls: listResponseUrls(texts.response),
  };
}

async function maskAndMatchPolicies(
  policies: CompiledPolicies,
  text: string,
  side: TraceHit['side'],
): Promise<{ text: string; hits: TraceHit[] }> {
  const hits = new Map<string, TraceHit>();
  const masked: string[] = [];
  for (const chunk of splitText(text)) {
    const verdict = policies.apply(chunk, side);
    for (const hit of verdict.hits) hits.set(hit.id, { ...hit, side });
    masked.push(verdict.text);
  }
  return { text: await maskLongText(masked.join('')), hits: [...hits.values()] };
}

/** In code, only URLs with a scheme count, since a name with dots is usually an expression. */
function listResponseUrls(response: string): string[] {
  const textWithoutCode = response.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, ' ');
  const urls = new Set([
    ...extractUrls(response, ({ canonical }) => canonical.has_scheme),
    ...extractUrls(textWithoutCode, ({ nested, canonical }) => !nested || canonical.has_scheme),
  ]);
  return [...urls].slice(0, MAX_LINKS);
}

function extractUrls(text: string, accepts: (link: TextLink) => boolean): string[] {
  const urls = new Set<string>();
  for (const chunk of splitText(text)) {
    for (const link of findLinks(chunk)) if (accepts(link)) urls.add(link.url);
    if (urls.size >= MAX_LINKS) break;
  }
  return [...urls];
}

/** Splits a text into chunks that end between words where possible. */
function* splitText(text: string): Iterable<string> {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + CHUNK_CHARS, text.length);
    if (end < text.length) {
      const chunk = text.slice(at, end + 1);
      const space = Math.max(chunk.lastIndexOf('\n'), chunk.lastIndexOf(' '));
      if (space > CHUNK_CHARS / 2) end = at + space + 1;
    }
    yield text.slice(at, end);
    at = end;
  }
}
