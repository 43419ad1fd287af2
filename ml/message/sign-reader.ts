import { findSign } from './find-signs.ts';
import type { TextSpan } from './fold.ts';
import type { MessageFacts } from './read.ts';
import type { MessageReasonCode } from './reason-texts.ts';
import type { MessageSign, SignName } from './signs.ts';

/** A reason before it has a sentence: the risk that it requires, and its weight among other reasons (0–1). */
export interface WeighedReason extends TextSpan {
  code: MessageReasonCode;
  params?: Record<string, string>;
  weight: number;
  /** the risk of this reason alone; 0 for a reason that only explains */
  risk: number;
}

/** Looks up the signs of a message by name. */
export class SignReader {
  readonly facts: MessageFacts;
  private readonly names: ReadonlySet<SignName>;

  constructor(facts: MessageFacts) {
    this.facts = facts;
    this.names = new Set(facts.signs.map(({ name }) => name));
  }

  has(...names: SignName[]): boolean {
    return names.some((name) => this.names.has(name));
  }

  /** The first of these signs, in the order of the names. */
  find(...names: SignName[]): MessageSign | null {
    for (const name of names) {
      const sign = findSign(this.facts.signs, name);
      if (sign) return sign;
    }
    return null;
  }

  get pretexts(): SignName[] {
    return [...this.names].filter((name) => name.startsWith('pretext_'));
  }

  get requests(): SignName[] {
    return [...this.names].filter((name) => name.startsWith('asks_'));
  }
}

/** Requests to call a Korean mobile (01x) or internet (070) number, or a foreign one. */
const PERSONAL_NUMBER =
  /(?:^|[^\d-])((?:\+?82[ -]?)?0?(?:10|70)[ .)-]{0,2}\d{3,4}[ .-]?\d{4}|00[1-9]\d{2}[ -]?\d{6,12})(?!\d)/;

export function findPersonalNumber(reader: SignReader): { start: number; end: number } | null {
  for (const sign of reader.facts.signs) {
    if (sign.name !== 'asks_callback') continue;
    const match = PERSONAL_NUMBER.exec(reader.facts.message.text.slice(sign.start, sign.end));
    if (!match) continue;
    const start = sign.start + match.index + match[0].length - match[1]!.length;
    return { start, end: start + match[1]!.length };
  }
  return null;
}
