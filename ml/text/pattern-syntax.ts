/**
 * A parser for the part of regular expressions that a policy may use. The engine does not expose the structure of a
 * pattern.
 */
export type PatternNode =
  | { kind: 'atom'; source: string }
  | { kind: 'empty' }
  | { kind: 'sequence'; parts: PatternNode[] }
  | { kind: 'choice'; options: PatternNode[] }
  | { kind: 'repeat'; body: PatternNode; min: number; max: number }
  | { kind: 'look'; body: PatternNode };

/** Thrown for a pattern that a policy may not use: a back reference, invalid syntax. */
export class PatternSyntaxError extends Error {}

/** Parses a pattern with flags `iu`. Throws PatternSyntaxError. */
export function readPattern(source: string): PatternNode {
  const reader = new Reader(source);
  const node = reader.choice();
  if (!reader.done) throw new PatternSyntaxError('a bracket is closed that was never opened');
  return node;
}

const ZERO_WIDTH = /^(?:\^|\$|\\b|\\B)/;
const ESCAPE =
  /^\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|c[a-z]|p\{[^}]*\}|[dDsSwWtrnvf0]|[\^$\\.*+?()[\]{}|/-])/i;
const QUANTIFIER = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/;
const GROUP = /^\((?:\?(?::|<?[=!]|<[A-Za-z]\w*>))?/;

class Reader {
  private at = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  get done(): boolean {
    return this.at >= this.source.length;
  }

  choice(): PatternNode {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.done && !'|)'.includes(this.source[this.at]!)) parts.push(this.quantified());
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  private quantified(): PatternNode {
    const body = this.single();
    const match = QUANTIFIER.exec(this.source.slice(this.at));
    if (!match) return body;
    this.at += match[0].length;
    const sign = match[0][0];
    if (sign === '*') return { kind: 'repeat', body, min: 0, max: Number.POSITIVE_INFINITY };
    if (sign === '+') return { kind: 'repeat', body, min: 1, max: Number.POSITIVE_INFINITY };
    if (sign === '?') return { kind: 'repeat', body, min: 0, max: 1 };
    const min = Number(match[1]);
    const max = !match[2] ? min : match[3] ? Number(match[3]) : Number.POSITIVE_INFINITY;
    return { kind: 'repeat', body, min, max };
  }

  private single(): PatternNode {
    const rest = this.source.slice(this.at);
    const edge = ZERO_WIDTH.exec(rest);
    if (edge) {
      this.at += edge[0].length;
      return { kind: 'empty' };
    }
    if (rest[0] === '(') return this.group(rest);
    if (rest[0] === '[') return this.atom(this.setLength(rest));
    if (rest[0] === '\\') {
      const escaped = ESCAPE.exec(rest);
      if (!escaped) throw new PatternSyntaxError('back references are not allowed');
      return this.atom(escaped[0].length);
    }
    return this.atom((rest.codePointAt(0) ?? 0) > 0xffff ? 2 : 1);
  }

  private group(rest: string): PatternNode {
    const opening = GROUP.exec(rest)![0];
    this.at += opening.length;
    const body = this.choice();
    if (!this.take(')')) throw new PatternSyntaxError('a group is not closed');
    return /[=!]$/.test(opening) ? { kind: 'look', body } : body;
  }

  private setLength(rest: string): number {
    for (let i = 1; i < rest.length; i++) {
      if (rest[i] === '\\') i++;
      else if (rest[i] === ']') return i + 1;
    }
    throw new PatternSyntaxError('a character set is not closed');
  }

  private atom(length: number): PatternNode {
    const source = this.source.slice(this.at, this.at + length);
    this.at += length;
    return { kind: 'atom', source };
  }

  private take(char: string): boolean {
    if (this.source[this.at] !== char) return false;
    this.at++;
    return true;
  }
}
