import type { KnowledgeDocument, SectionKind } from './knowledge.ts';

/** A piece of a document that can stand in an answer by itself. */
export interface Unit {
  kind: SectionKind;
  /** place in its section */
  index: number;
  text: string;
  isList: boolean;
}

const LIST = /^(?:\d+\.|-) /;
/** A paragraph that begins so refers to the one before it. */
const REFERS_BACK =
  /^(?:이것|이 (?:문자|수법|점|때|방식|앱|전화|돈)|그것|그래서|그런|그 (?:다음|뒤)|또|하지만|다만|반대로|This|These|Those|That|They|It|Such|But|So|Then|Both|Also)[\s,]/;

/** The units of a document or of one of its sections. A list stays with the paragraph that announces it. */
export function listUnits(document: KnowledgeDocument, only?: SectionKind): Unit[] {
  return document.sections
    .filter(({ kind }) => only === undefined || kind === only)
    .flatMap(({ kind, blocks }) => {
      const texts: string[] = [];
      for (const block of blocks) {
        const last = texts.at(-1);
        const continues = LIST.test(block)
          ? last !== undefined && !LIST.test(last) && kind !== 'do'
          : REFERS_BACK.test(block);
        if (continues && last !== undefined) texts[texts.length - 1] = `${last}\n${block}`;
        else texts.push(block);
      }
      return texts.map((text, index) => ({
        kind,
        index,
        text,
        isList: LIST.test(text) || /\n(?:\d+\.|-) /.test(text),
      }));
    });
}

export function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

/**
 * Joins units up to this many words. A paragraph that is too long ends after a whole sentence; a list is taken whole or
 * not at all, except when it is all there is: then it has as many of its lines as fit.
 */
export function joinWithin(units: readonly Unit[], words: number): string {
  const parts: string[] = [];
  let left = words;
  for (const { text, isList } of units) {
    const fits = countWords(text) <= left;
    const part = fits
      ? text
      : isList
        ? parts.length === 0
          ? takeLines(text, left)
          : ''
        : takeSentences(text, left);
    if (part === '') continue;
    parts.push(part);
    left -= countWords(part);
  }
  return parts.join('\n\n');
}

function takeSentences(text: string, words: number): string {
  return take(text.match(/[^.!?]+(?:[.!?]+(?!\s|$)[^.!?]*)*[.!?]*\s*/g) ?? [], words).trim();
}

function takeLines(text: string, words: number): string {
  return take(text.split(/(?<=\n)/), words).trim();
}

function take(pieces: readonly string[], words: number): string {
  let taken = '';
  for (const piece of pieces) {
    if (countWords(taken + piece) > words) break;
    taken += piece;
  }
  return taken;
}
