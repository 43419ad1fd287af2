import type { Json } from './decode.ts';
import type { Attributes } from './read-spans.ts';

/** Parts of a name. */
const MAX_PARTS = 16;

/**
 * The list or object that attributes with a common prefix spell out, such as `llm.input_messages.0.message.content`;
 * undefined when there are none.
 */
export function unflatten(attributes: Attributes, prefix: string): Json | undefined {
  const root = new Map<string, Node>();
  for (const [key, value] of attributes) {
    if (!key.startsWith(`${prefix}.`)) continue;
    const parts = key.slice(prefix.length + 1).split('.');
    if (parts.length <= MAX_PARTS) put(root, parts, value);
  }
  return root.size > 0 ? toJson(root) : undefined;
}

type Node = Map<string, Node> | { value: Json };

function put(root: Map<string, Node>, parts: readonly string[], value: Json): void {
  let node = root;
  for (const part of parts.slice(0, -1)) {
    const next = node.get(part);
    const child = next instanceof Map ? next : new Map<string, Node>();
    node.set(part, child);
    node = child;
  }
  node.set(parts.at(-1) as string, { value });
}

/** A node whose names are all numbers is a list, in their order. */
function toJson(node: Node): Json {
  if (!(node instanceof Map)) return node.value;
  const entries = [...node];
  if (!entries.every(([name]) => /^\d{1,6}$/.test(name)))
    return Object.fromEntries(entries.map(([name, child]) => [name, toJson(child)]));
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => toJson(child));
}
