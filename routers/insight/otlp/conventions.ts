import type { Json } from './decode.ts';
import { readMessages } from './messages.ts';
import type { Attributes, SentSpan } from './read-spans.ts';
import { unflatten } from './unflatten.ts';

/**
 * What the attributes of a span mean, in the words of those who write them: OpenTelemetry's semantic conventions for
 * generative AI (`gen_ai.*`, old names and new), OpenLLMetry (`traceloop.*`, `llm.*`), OpenInference, Langfuse and the
 * AI SDK (`ai.*`).
 */
export interface SpanMeaning {
  kind: SpanKind;
  model: string | null;
  input: string;
  output: string;
  tool_calls: unknown[];
  session_id: string | null;
  end_user: string | null;
  tokens: TokenCounts;
  /** US dollars, when the sender says what the call cost */
  cost_usd: number | null;
  /** what is left of the attributes: input and output are not repeated */
  attributes: Record<string, Json>;
}

export const SPAN_KINDS = [
  'llm',
  'embedding',
  'tool',
  'agent',
  'chain',
  'retriever',
  'reranker',
  'guardrail',
  'evaluator',
  'event',
  'span',
] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

export interface TokenCounts {
  input: number;
  output: number;
  /** of `input`: read from the provider's cache, and written to it */
  cached_input: number;
  cache_write: number;
  /** of `output` */
  reasoning: number;
}

const KINDS: Readonly<Record<string, SpanKind>> = {
  chat: 'llm',
  completion: 'llm',
  text_completion: 'llm',
  generate_content: 'llm',
  generation: 'llm',
  llm: 'llm',
  embeddings: 'embedding',
  embedding: 'embedding',
  execute_tool: 'tool',
  tool: 'tool',
  invoke_agent: 'agent',
  create_agent: 'agent',
  agent: 'agent',
  workflow: 'chain',
  task: 'chain',
  chain: 'chain',
  retriever: 'retriever',
  retrieval: 'retriever',
  reranker: 'reranker',
  rerank: 'reranker',
  guardrail: 'guardrail',
  evaluator: 'evaluator',
  event: 'event',
};

const KIND_NAMES = [
  'gen_ai.operation.name',
  'langfuse.observation.type',
  'openinference.span.kind',
  'traceloop.span.kind',
  'llm.request.type',
];
const MODEL_NAMES = [
  'gen_ai.response.model',
  'gen_ai.request.model',
  'langfuse.observation.model.name',
  'llm.model_name',
  'llm.response.model',
  'llm.request.model',
  'embedding.model_name',
  'ai.model.id',
];
const SESSION_NAMES = [
  'session.id',
  'langfuse.session.id',
  'gen_ai.conversation.id',
  'traceloop.association.properties.session_id',
  'langsmith.trace.session_id',
];
const USER_NAMES = ['user.id', 'langfuse.user.id', 'enduser.id', 'traceloop.association.properties.user_id'];
const TOKEN_NAMES: Record<keyof TokenCounts, readonly string[]> = {
  input: [
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.prompt_tokens',
    'llm.usage.prompt_tokens',
    'llm.token_count.prompt',
    'ai.usage.promptTokens',
    'ai.usage.tokens',
  ],
  output: [
    'gen_ai.usage.output_tokens',
    'gen_ai.usage.completion_tokens',
    'llm.usage.completion_tokens',
    'llm.token_count.completion',
    'ai.usage.completionTokens',
  ],
  cached_input: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.cached_input_tokens',
    'gen_ai.usage.details.cache_read_tokens',
    'llm.token_count.prompt_details.cache_read',
    'llm.usage.cache_read_input_tokens',
    'ai.usage.cachedInputTokens',
  ],
  cache_write: [
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.details.cache_write_tokens',
    'llm.token_count.prompt_details.cache_write',
    'llm.usage.cache_creation_input_tokens',
  ],
  reasoning: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.details.reasoning_tokens',
    'llm.token_count.completion_details.reasoning',
    'llm.usage.reasoning_tokens',
    'ai.usage.reasoningTokens',
  ],
};
/** The same in Langfuse's `usage_details`. */
const USAGE_DETAILS: Record<keyof TokenCounts, readonly string[]> = {
  input: ['input', 'input_tokens', 'prompt_tokens'],
  output: ['output', 'output_tokens', 'completion_tokens'],
  cached_input: ['input_cached_tokens', 'cache_read_input_tokens', 'cached_tokens'],
  cache_write: ['cache_creation_input_tokens', 'input_cache_creation'],
  reasoning: ['output_reasoning_tokens', 'reasoning_tokens'],
};
const COST_NAMES = ['gen_ai.usage.cost', 'gen_ai.usage.total_cost', 'llm.cost.total', 'llm.usage.cost'];

/** Where inputs and outputs stand: attributes, attributes with numbers in their names, and attributes of events. */
const TEXT_NAMES = {
  input: [
    'gen_ai.input.messages',
    'gen_ai.prompt',
    'llm.input_messages',
    'langfuse.observation.input',
    'ai.prompt.messages',
    'ai.prompt',
    'traceloop.entity.input',
    'gen_ai.tool.call.arguments',
    'input.value',
  ],
  output: [
    'gen_ai.output.messages',
    'gen_ai.completion',
    'llm.output_messages',
    'langfuse.observation.output',
    'ai.response.text',
    'ai.response.toolCalls',
    'traceloop.entity.output',
    'gen_ai.tool.call.result',
    'output.value',
  ],
} as const;
const INPUT_EVENTS = /^gen_ai\.(?:system|user|assistant|tool)\.message$|^gen_ai\.content\.prompt$/;
const OUTPUT_EVENTS = /^gen_ai\.choice$|^gen_ai\.content\.completion$/;

const MAX_LABEL_CHARS = 200;
const MAX_TOKENS = 1_000_000_000;
const MAX_COST_USD = 1_000_000;

export function interpretSpan({ attributes, events }: SentSpan): SpanMeaning {
  const model = findText(attributes, MODEL_NAMES);
  const details = parseObject(attributes.get('langfuse.observation.usage_details'));
  const input = readMessages(findContent(attributes, 'input') ?? findInEvents(events, INPUT_EVENTS));
  const output = readMessages(findContent(attributes, 'output') ?? findInEvents(events, OUTPUT_EVENTS));
  const tokens = Object.fromEntries(
    Object.entries(TOKEN_NAMES).map(([kind, names]) => [
      kind,
      findCount(attributes, names) ?? findCount(details, USAGE_DETAILS[kind as keyof TokenCounts]) ?? 0,
    ]),
  ) as unknown as TokenCounts;
  return {
    kind: findKind(attributes, model, tokens),
    model,
    input: input.text,
    output: output.text,
    tool_calls: output.tool_calls,
    session_id: findText(attributes, SESSION_NAMES),
    end_user: findText(attributes, USER_NAMES),
    tokens: completeTokens(tokens),
    cost_usd: findCost(attributes),
    attributes: listRest(attributes),
  };
}

/** The first name that says it; a span that names a model and counts tokens is a call of that model anyway. */
function findKind(attributes: Attributes, model: string | null, tokens: TokenCounts): SpanKind {
  for (const name of KIND_NAMES) {
    const value = attributes.get(name);
    const kind = typeof value === 'string' ? KINDS[value.toLowerCase()] : undefined;
    if (kind) return kind;
  }
  return model !== null && tokens.input + tokens.output > 0 ? 'llm' : 'span';
}

/** Some count what the cache holds apart from the input, so that the parts are more than the whole. */
function completeTokens(tokens: TokenCounts): TokenCounts {
  const cached = tokens.cached_input + tokens.cache_write;
  return {
    ...tokens,
    input: tokens.input < cached ? tokens.input + cached : tokens.input,
    output: Math.max(tokens.output, tokens.reasoning),
  };
}

function findText(attributes: Attributes, names: readonly string[]): string | null {
  for (const name of names) {
    const value = attributes.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, MAX_LABEL_CHARS);
    if (typeof value === 'number') return String(value);
  }
  return null;
}

function findCount(attributes: Attributes, names: readonly string[]): number | null {
  for (const name of names) {
    const count = Number(attributes.get(name) ?? Number.NaN);
    if (Number.isFinite(count) && count >= 0) return Math.min(Math.round(count), MAX_TOKENS);
  }
  return null;
}

function findCost(attributes: Attributes): number | null {
  const details = parseObject(attributes.get('langfuse.observation.cost_details'));
  const known = [...COST_NAMES.map((name) => attributes.get(name)), details.get('total')];
  const cost = known.find((value) => typeof value === 'number' && value >= 0 && value <= MAX_COST_USD);
  return cost === undefined ? null : Number(cost);
}

function findContent(attributes: Attributes, side: keyof typeof TEXT_NAMES): Json | undefined {
  for (const name of TEXT_NAMES[side]) {
    const value = attributes.get(name) ?? unflatten(attributes, name);
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

function findInEvents(events: SentSpan['events'], wanted: RegExp): Json | undefined {
  const messages = events
    .filter(({ name }) => wanted.test(name))
    .map(({ name, attributes }) => ({
      role: /^gen_ai\.(\w+)\.message$/.exec(name)?.[1] ?? null,
      ...Object.fromEntries(attributes),
    }));
  return messages.length > 0 ? messages : undefined;
}

function listRest(attributes: Attributes): Record<string, Json> {
  const taken = [...TEXT_NAMES.input, ...TEXT_NAMES.output];
  const rest = [...attributes].filter(
    ([key]) => !taken.some((name) => key === name || key.startsWith(`${name}.`)),
  );
  return Object.fromEntries(rest);
}

function parseObject(value: Json | undefined): Attributes {
  try {
    const parsed = typeof value === 'string' ? JSON.parse(value) : value;
    return new Map(Object.entries(parsed ?? {}));
  } catch {
    return new Map();
  }
}
