import { type PatternNode, PatternSyntaxError } from './pattern-syntax.ts';

/** Counted repeats above this are treated as unlimited. */
const MAX_EXACT_REPEATS = 4;
const MAX_POSITIONS = 600;

/** The position automaton of a pattern (Glushkov 1961): its states are the positions of its characters. */
export interface Automaton {
  /** For each position the representative characters it accepts. */
  accepts: bigint[];
  /** `follow[p].get(q)`: the number of ways in which q can follow p directly */
  follow: Map<number, number>[];
}

interface Piece {
  first: number[];
  last: number[];
  nullable: boolean;
}

const NOTHING: Piece = { first: [], last: [], nullable: true };

/** Throws PatternSyntaxError when the pattern has more positions than can be checked. */
export function compileAutomaton(root: PatternNode): Automaton {
  const builder = new Builder(representatives(root));
  builder.build(root);
  return builder;
}

class Builder implements Automaton {
  readonly accepts: bigint[] = [];
  readonly follow: Map<number, number>[] = [];
  private readonly known = new Map<string, bigint>();
  private readonly alphabet: readonly string[];

  constructor(alphabet: readonly string[]) {
    this.alphabet = alphabet;
  }

  build(node: PatternNode): Piece {
    switch (node.kind) {
      case 'empty':
      case 'look':
        return NOTHING;
      case 'atom':
        return this.position(node.source);
      case 'sequence':
        return node.parts.map((part) => this.build(part)).reduce((a, b) => this.join(a, b), NOTHING);
      case 'choice': {
        const options = node.options.map((option) => this.build(option));
        return {
          first: options.flatMap(({ first }) => first),
          last: options.flatMap(({ last }) => last),
          nullable: options.some(({ nullable }) => nullable),
        };
      }
      case 'repeat':
        return this.repeat(node);
    }
  }

  private repeat({ body, min, max }: Extract<PatternNode, { kind: 'repeat' }>): Piece {
    if (max === 0) return NOTHING;
    if (max > MAX_EXACT_REPEATS) {
      const piece = this.build(body);
      this.link(piece.last, piece.first);
      return { ...piece, nullable: piece.nullable || min === 0 };
    }
    const copies = Array.from({ length: max }, (_, i) => ({
      ...this.build(body),
      ...(i >= min && { nullable: true }),
    }));
    return copies.reduce((a, b) => this.join(a, b));
  }

  private position(source: string): Piece {
    if (this.accepts.length >= MAX_POSITIONS) throw new PatternSyntaxError('it is too large');
    const set = this.known.get(source) ?? acceptedBy(source, this.alphabet);
    this.known.set(source, set);
    const position = this.accepts.push(set) - 1;
    this.follow.push(new Map());
    return { first: [position], last: [position], nullable: false };
  }

  private join(a: Piece, b: Piece): Piece {
    this.link(a.last, b.first);
    return {
      first: a.nullable ? [...a.first, ...b.first] : a.first,
      last: b.nullable ? [...a.last, ...b.last] : b.last,
      nullable: a.nullable && b.nullable,
    };
  }

  private link(from: number[], to: number[]): void {
    for (const p of from) for (const q of to) this.follow[p]!.set(q, (this.follow[p]!.get(q) ?? 0) + 1);
  }
}

/** Characters that distinguish the atoms of a pattern: its own, their neighbours, and some of every class. */
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
