import type { Json } from './decode.ts';

/** Levels of messages in messages. */
const MAX_DEPTH = 8;
const MAX_TOOL_CALLS = 100;

/** What a model was told or said, as one text, and the tools that it called. */
export interface ReadMessages {
  text: string;
  tool_calls: unknown[];
}

type Fields = { [name: string]: Json | undefined };

/**
 * Reads messages in any of the forms that clients send: a text, JSON in a text, a list of messages with a `role` and a
 * `content` or `parts`, or a value of a tool. With several messages each begins with its role.
 */
export function readMessages(value: Json | undefined): ReadMessages {
  const parsed = typeof value === 'string' ? parseIfJson(value) : value;
  if (parsed === undefined || parsed === null) return { text: '', tool_calls: [] };
  const messages = listMessages(parsed);
  if (!messages) return { text: toPlainText(parsed), tool_calls: [] };
  const tool_calls = messages.flatMap((message) => listToolCalls(message, 0)).slice(0, MAX_TOOL_CALLS);
  const texts = messages.map((message) => ({ role: toRole(message), text: toMessageText(message, 0) }));
  const told = texts.filter(({ text }) => text !== '');
  if (told.length === 1) return { text: told[0]?.text ?? '', tool_calls };
  return {
    text: told.map(({ role, text }) => (role === null ? text : `${role}: ${text}`)).join('\n\n'),
    tool_calls,
  };
}

function parseIfJson(text: string): Json {
  if (!/^\s*[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The messages of a list, or of an object that holds one; null for what is no message. */
function listMessages(value: Json): Fields[] | null {
  if (Array.isArray(value)) {
    const objects = value.flat().filter(isObject);
    return objects.length > 0 && objects.every(isMessage) ? objects : null;
  }
  if (!isObject(value)) return null;
  if (Array.isArray(value.messages)) return listMessages(value.messages);
  return isMessage(value) ? [value] : null;
}

const isObject = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

const CONTENT_NAMES = ['content', 'parts', 'contents', 'message', 'text', 'kwargs', 'tool_calls'] as const;

function isMessage(value: Fields): boolean {
  return (
    CONTENT_NAMES.some((name) => value[name] !== undefined) ||
    'gen_ai.prompt' in value ||
    'gen_ai.completion' in value
  );
}

function toRole(message: Fields): string | null {
  const own = message.role ?? (isObject(message.message) ? message.message.role : undefined);
  return typeof own === 'string' ? own : null;
}

/** The text of a message or of a part of one. */
function toMessageText(value: Json | undefined, depth: number): string {
  if (typeof value === 'string') return depth === 0 ? value : readNested(value, depth);
  if (depth > MAX_DEPTH || value === undefined || value === null) return '';
  if (Array.isArray(value))
    return value
      .map((part) => toMessageText(part, depth + 1))
      .filter((text) => text !== '')
      .join('\n');
  if (!isObject(value)) return '';
  const names = ['text', 'content', 'parts', 'contents', 'message', 'message_content', 'kwargs'];
  const own = names.find((name) => value[name] !== undefined && value[name] !== null);
  if (own !== undefined) return toMessageText(value[own], depth + 1);
  const event = value['gen_ai.prompt'] ?? value['gen_ai.completion'];
  if (event !== undefined) return readMessages(event).text;
  return value.response === undefined ? '' : toPlainText(value.response);
}

/** Content of a message may be JSON in a text again. */
function readNested(text: string, depth: number): string {
  if (!/^\s*[[{]/.test(text)) return text;
  const parsed = parseIfJson(text);
  return typeof parsed === 'string' ? text : toMessageText(parsed, depth + 1) || text;
}

/** `{name, arguments}` of each call of a tool in a message. */
function listToolCalls(value: Json | undefined, depth: number): { name: string; arguments: Json }[] {
  if (depth > MAX_DEPTH) return [];
  if (typeof value === 'string') {
    const parsed = parseIfJson(value);
    return typeof parsed === 'string' ? [] : listToolCalls(parsed, depth + 1);
  }
  if (Array.isArray(value)) return value.flatMap((one) => listToolCalls(one, depth + 1));
  if (!isObject(value)) return [];
  const call = isObject(value.tool_call) ? value.tool_call : value;
  const named = isObject(call.function) ? call.function : call;
  const args = named.arguments ?? named.args ?? named.input;
  if (typeof named.name === 'string' && args !== undefined)
    return [{ name: named.name, arguments: typeof args === 'string' ? parseIfJson(args) : (args ?? null) }];
  const within = ['tool_calls', 'parts', 'content', 'message', 'kwargs', 'additional_kwargs'];
  return within.flatMap((name) => listToolCalls(value[name], depth + 1));
}

function toPlainText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
