import { maskPersonalData } from '../../../ml/text/pii-masking.ts';
import { maskLongText, maskValues } from '../../../ml/text/pii-masking-long.ts';
import { compilePolicies, type Policy } from '../../../ml/text/policies.ts';
import { type InspectedTrace, inspectTrace } from '../llm/inspect-text.ts';
import { interpretSpan, type SpanMeaning } from './conventions.ts';
import { decodeExport, type EncodedExport, type Json, UnreadableExportError } from './decode.ts';
import { readSpans, type SentSpan } from './read-spans.ts';

/** Characters of a value of an attribute. */
const MAX_VALUE_CHARS = 4000;
const MAX_STORED_ATTRIBUTES = 128;

/** A span without personal data, as it is stored. */
export interface InspectedSpan
  extends Omit<SentSpan, 'attributes' | 'events'>,
    Omit<SpanMeaning, 'tool_calls'> {
  /** of a call of a model: what its trace has; null for every other span */
  trace: (InspectedTrace & { prompt: string }) | null;
}

/** An export as it was read; null when it is none. */
export type InspectedExport = { spans: InspectedSpan[]; rejected: number; reason: string | null } | null;

/** `inspectExport` on the task thread. */
export const INSPECT_EXPORT = { module: import.meta.url, run: inspectExport };

/** Decodes an export, finds out what its spans mean, and masks their texts. */
export async function inspectExport(input: {
  encoded: EncodedExport;
  policies: readonly Policy[];
  keep_prompts: boolean;
}): Promise<InspectedExport> {
  const { encoded, policies, keep_prompts } = input;
  const decoded = decodeOrNull(encoded);
  if (decoded === undefined) return null;
  const { spans, rejected, reason } = readSpans(decoded);
  const compiled = compilePolicies(policies);
  const inspected: InspectedSpan[] = [];
  for (const span of spans) inspected.push(await inspectSpan(span, compiled, keep_prompts));
  return { spans: inspected, rejected, reason };
}

function decodeOrNull(encoded: EncodedExport): Json | undefined {
  try {
    return decodeExport(encoded);
  } catch (error) {
    if (error instanceof UnreadableExportError) return undefined;
    throw error;
  }
}

async function inspectSpan(
  { attributes: _sent, events: _events, ...span }: SentSpan,
  policies: ReturnType<typeof compilePolicies>,
  keep_prompts: boolean,
): Promise<InspectedSpan> {
  const { input, output, tool_calls, ...meaning } = interpretSpan({
    ...span,
    attributes: _sent,
    events: _events,
  });
  const metadata = await maskValues(shorten(meaning.attributes));
  const stored = {
    ...span,
    ...meaning,
    name: mask(span.name),
    error: span.error && mask(span.error),
    session_id: meaning.session_id && mask(meaning.session_id),
    end_user: meaning.end_user && mask(meaning.end_user),
    attributes: metadata,
  };
  if (meaning.kind !== 'llm')
    return { ...stored, input: await maskLongText(input), output: await maskLongText(output), trace: null };
  const texts = { prompt: input, masked_prompt: null, response: output, tool_calls, metadata: {} };
  const trace = await inspectTrace(texts, policies);
  return {
    ...stored,
    input: '',
    output: '',
    trace: { ...trace, metadata: toMetadata(stored), prompt: keep_prompts ? input : '' },
  };
}

const mask = (text: string): string => maskPersonalData(text).text;

/** What lists and filters of traces know besides the texts. */
function toMetadata({ model, session_id, end_user }: Pick<SpanMeaning, 'model' | 'session_id' | 'end_user'>) {
  return {
    ...(model && { model }),
    ...(session_id && { session_id }),
    ...(end_user && { user_id: end_user }),
  };
}

function shorten(attributes: Record<string, Json>): Record<string, Json> {
  const entries = Object.entries(attributes).slice(0, MAX_STORED_ATTRIBUTES);
  return Object.fromEntries(entries.map(([name, value]) => [name, shortenValue(value)]));
}

/** A value that is not text is cut as the text that it is written as. */
function shortenValue(value: Json): Json {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS - 1)}…` : value;
}
