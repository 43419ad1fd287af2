import { runInNewContext } from 'node:vm';
import { type PatternNode, PatternSyntaxError, readPattern } from './pattern-syntax.ts';

/**
 * Why a regular expression may not be used as a policy, in a sentence, or null when it may.
 *
 * A backtracking engine takes exponential time exactly when there is a state from which one word leads back to it
 * in two ways (Weber and Seidl, "On the degree of ambiguity of finite automata", 1991; the same criterion as in
 * Wüstholz et al., TACAS 2017). The pattern becomes a position automaton (Glushkov), the pairs of its states
 * are searched for such a state. Counted repeats above 4 are treated as endless, so that `(a|a){30}` is
 * refused too. Polynomial patterns are caught by running them against texts made of their own characters.
 */
export function whyUnsafe(source: string): string | null {
  try {
    new RegExp(source, 'giu');
  } catch {
    return 'The pattern is not a valid regular expression';
  }
  try {
    const bodies = withLookarounds(readPattern(source));
    if (bodies.some((body) => isExponential(automaton(body)))) return 'The pattern can take exponential time';
  } catch (error) {
    if (error instanceof PatternSyntaxError) return `The pattern cannot be checked: ${error.message}`;
    throw error;
  }
  return isSlow(source) ? 'The pattern takes too long on long texts' : null;
}

const MANY = 4;
const MOST_POSITIONS = 600;

interface Automaton {
  /** For each position the representative characters it accepts. */
  accepts: bigint[];
  /** `follow.get(p).get(q)`: in how many ways q can come right after p. */
  follow: Map<number, number>[];
}

interface Piece {
  first: number[];
  last: number[];
  nullable: boolean;
}

/** The pattern itself and the body of each lookaround: an engine runs those as patterns of their own. */
function withLookarounds(node: PatternNode): PatternNode[] {
  const bodies: PatternNode[] = [node];
  const walk = (inner: PatternNode): void => {
    if (inner.kind === 'look') bodies.push(inner.body);
    if (inner.kind === 'look' || inner.kind === 'repeat') walk(inner.body);
    if (inner.kind === 'sequence') inner.parts.forEach(walk);
    if (inner.kind === 'choice') inner.options.forEach(walk);
  };
  walk(node);
  return bodies;
}

function automaton(root: PatternNode): Automaton {
  const alphabet = representatives(root);
  const known = new Map<string, bigint>();
  const accepts: bigint[] = [];
  const follow: Map<number, number>[] = [];
  const link = (from: number[], to: number[]): void => {
    for (const p of from) for (const q of to) follow[p]!.set(q, (follow[p]!.get(q) ?? 0) + 1);
  };
  const join = (a: Piece, b: Piece): Piece => {
    link(a.last, b.first);
    return {
      first: a.nullable ? [...a.first, ...b.first] : a.first,
      last: b.nullable ? [...a.last, ...b.last] : b.last,
      nullable: a.nullable && b.nullable,
    };
  };
  const build = (node: PatternNode): Piece => {
    switch (node.kind) {
      case 'empty':
      case 'look':
        return { first: [], last: [], nullable: true };
      case 'atom': {
        if (accepts.length >= MOST_POSITIONS) throw new PatternSyntaxError('it is too large');
        const set = known.get(node.source) ?? acceptedBy(node.source, alphabet);
        known.set(node.source, set);
        accepts.push(set);
        follow.push(new Map());
        const position = accepts.length - 1;
        return { first: [position], last: [position], nullable: false };
      }
      case 'sequence':
        return node.parts.map(build).reduce(join, { first: [], last: [], nullable: true });
      case 'choice': {
        const options = node.options.map(build);
        return {
          first: options.flatMap((option) => option.first),
          last: options.flatMap((option) => option.last),
          nullable: options.some((option) => option.nullable),
        };
      }
      case 'repeat':
        return repeat(node);
    }
  };
  const repeat = ({ body, min, max }: Extract<PatternNode, { kind: 'repeat' }>): Piece => {
    if (max === 0) return { first: [], last: [], nullable: true };
    if (max <= MANY) {
      const copies = Array.from({ length: max }, (_, i) => ({
        ...build(body),
        ...(i >= min && { nullable: true }),
      }));
      return copies.reduce(join);
    }
    const piece = build(body);
    link(piece.last, piece.first);
    return { ...piece, nullable: piece.nullable || min === 0 };
  };
  build(root);
  return { accepts, follow };
}

/** Characters that tell the atoms of this pattern apart: its own, their neighbours, and some of every kind. */
function representatives(root: PatternNode): string[] {
  const chars = new Set([
    'a',
    'k',
    'z',
    'Q',
    '0',
    '5',
    '9',
    '_',
    ' ',
    '\n',
    '-',
    '.',
    '!',
    '/',
    '@',
    '가',
    '한',
    '힣',
    'é',
    'ж',
    '中',
    '😀',
  ]);
  const walk = (node: PatternNode): void => {
    if (node.kind === 'atom')
      for (const char of node.source) {
        const code = char.codePointAt(0) ?? 0;
        for (const near of [code, code + 1, Math.max(1, code - 1)]) chars.add(String.fromCodePoint(near));
      }
    if (node.kind === 'look' || node.kind === 'repeat') walk(node.body);
    if (node.kind === 'sequence') node.parts.forEach(walk);
    if (node.kind === 'choice') node.options.forEach(walk);
  };
  walk(root);
  return [...chars];
}

function acceptedBy(source: string, alphabet: readonly string[]): bigint {
  const pattern = new RegExp(`^(?:${source})$`, 'iu');
  return alphabet.reduce((set, char, i) => (pattern.test(char) ? set | (1n << BigInt(i)) : set), 0n);
}

/** Whether some position can be reached from itself by one word in two ways. */
function isExponential({ accepts, follow }: Automaton): boolean {
  const size = accepts.length;
  const component = components(size, (p) => [...follow[p]!.keys()]);
  for (let p = 0; p < size; p++)
    for (const [q, ways] of follow[p]!) if (ways > 1 && component[p] === component[q]) return true;
  const successors = (pair: number): number[] => {
    const out: number[] = [];
    const [p, q] = [Math.floor(pair / size), pair % size];
    for (const p2 of follow[p]!.keys())
      for (const q2 of follow[q]!.keys())
        if (component[p2] === component[p] && component[q2] === component[p] && accepts[p2]! & accepts[q2]!)
          out.push(p2 * size + q2);
    return out;
  };
  const starts = Array.from({ length: size }, (_, p) => p * size + p);
  const pairs = components(size * size, successors, starts);
  return starts.some((start) => {
    const own = pairs[start];
    return (
      own !== undefined &&
      pairs.some((other, pair) => other === own && Math.floor(pair / size) !== pair % size)
    );
  });
}

/** Strongly connected components (Tarjan, with a stack of its own): the component of each node that was reached. */
function components(
  size: number,
  next: (node: number) => number[],
  starts?: number[],
): (number | undefined)[] {
  const component: (number | undefined)[] = [];
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const open = new Set<number>();
  let count = 0;
  for (const start of starts ?? Array.from({ length: size }, (_, i) => i)) {
    if (index.has(start)) continue;
    const calls: { node: number; rest: number[] }[] = [];
    const enter = (node: number): void => {
      index.set(node, index.size);
      low.set(node, index.get(node)!);
      stack.push(node);
      open.add(node);
      calls.push({ node, rest: next(node) });
    };
    enter(start);
    while (calls.length > 0) {
      const { node, rest } = calls.at(-1)!;
      const child = rest.pop();
      if (child !== undefined) {
        if (!index.has(child)) enter(child);
        else if (open.has(child)) low.set(node, Math.min(low.get(node)!, index.get(child)!));
        continue;
      }
      calls.pop();
      const parent = calls.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
      if (low.get(node) !== index.get(node)) continue;
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        open.delete(member);
        component[member] = count;
        if (member === node) break;
      }
      count++;
    }
  }
  return component;
}

const PATIENCE_MS = 100;

/** Runs the pattern on long texts of its own characters, in a context that can be stopped. */
function isSlow(source: string): boolean {
  const letters = [...new Set(source.replace(/\\[a-z]|[\\()[\]{}|?*+^$.]/gi, ''))].slice(0, 5);
  const texts = [...letters, 'a', '0', ' ', '가', letters.join('')].map(
    (part) => `${part.repeat(Math.ceil(2000 / Math.max(1, part.length)))}\u0000`,
  );
  try {
    for (const text of texts)
      runInNewContext('new RegExp(source, "iu").test(text)', { source, text }, { timeout: PATIENCE_MS });
    return false;
  } catch {
    return true;
  }
}
