/**
 * A message in the form in which patterns match it: plain lower-case letters, with the original position of each.
 * Senders hide words from filters by full-width and look-alike letters, invisible characters, and spaces between
 * letters (Unicode TR 36, 39).
 */

import { stripInvisible } from '../text/normalise.ts';
import { fold } from '../url/confusables.ts';

/** Maximum length of a message in UTF-16 units; the rest is not read. */
export const MAX_MESSAGE_LENGTH = 10_000;

export interface FoldedMessage {
  /** the input */
  original: string;
  /**
   * the folded text: NFKC, lower case, look-alikes as Latin letters, white space as one space, spaced letters joined
   */
  text: string;
  /** for each UTF-16 unit of `text`: start and end of its original character in `original` */
  starts: Uint16Array;
  ends: Uint16Array;
}

/** A part of the original text, with UTF-16 offsets (`end` is exclusive). */
export interface TextSpan {
  part: string;
  start: number;
  end: number;
}

/** A character with its combining characters, so that decomposed Hangul and accents are composed. */
const CLUSTER = /[\u1100-\u11ff]+|[^\u1100-\u11ff]\p{M}*/gsu;
const PLAIN = /^[!-~가-힣ㄱ-ㅣ]$/;
const WHITE_SPACE = /^\s$/u;

class Output {
  text = '';
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  add(piece: string, start: number, end: number): void {
    this.text += piece;
    for (let i = 0; i < piece.length; i++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }
}

/** Folds the first `MAX_MESSAGE_LENGTH` units of a text, in linear time: about a microsecond for ten characters. */
export function foldMessage(original: string): FoldedMessage {
  const out = new Output();
  let blank = true;
  for (const match of original.slice(0, MAX_MESSAGE_LENGTH).matchAll(CLUSTER)) {
    const [cluster] = match;
    const start = match.index;
    const end = start + cluster.length;
    if (WHITE_SPACE.test(cluster)) {
      if (!blank) out.add(' ', start, end);
      blank = true;
      continue;
    }
    const letters = PLAIN.test(cluster) ? cluster.toLowerCase() : foldCluster(cluster);
    if (letters === '') continue;
    out.add(letters, start, end);
    blank = false;
  }
  return joinSpacedLetters(original, out);
}

/** Greek capitals that look like other Latin letters than their small forms. */
const CAPITALS: Record<string, string> = { Ν: 'n', Η: 'h', Υ: 'y', Μ: 'm' };

function foldCluster(cluster: string): string {
  const capital = CAPITALS[cluster];
  if (capital !== undefined) return capital;
  const visible = stripInvisible(cluster);
  return visible === '' ? '' : fold(visible).toLowerCase().replace(/\s+/g, '');
}

/**
 * Spaced letters: four or more single letters with one separator between each (`v e r i f y`, `택 배 조 회`), or three
 * with a dot (`국.민.은.행`).
 */
const SPACED_LETTERS =
  /(?<![a-z0-9가-힣])(?:[a-z](?:[ .\-_*·~|/][a-z]){3,}(?![a-z0-9])|[가-힣](?:[ .\-_*·~|/][가-힣]){3,}(?![가-힣])|[가-힣](?:[.\-_*·~|][가-힣]){2}(?![가-힣]))/g;

function joinSpacedLetters(original: string, out: Output): FoldedMessage {
  const keep = (text: string, starts: number[], ends: number[]): FoldedMessage => ({
    original,
    text,
    starts: Uint16Array.from(starts),
    ends: Uint16Array.from(ends),
  });
  const runs = [...out.text.matchAll(SPACED_LETTERS)];
  if (runs.length === 0) return keep(out.text, out.starts, out.ends);
  const output = new Output();
  let at = 0;
  const copy = (from: number, to: number, step: number): void => {
    for (let i = from; i < to; i += step) output.add(out.text[i]!, out.starts[i]!, out.ends[i]!);
  };
  for (const run of runs) {
    copy(at, run.index, 1);
    copy(run.index, run.index + run[0].length, 2);
    at = run.index + run[0].length;
  }
  copy(at, out.text.length, 1);
  return keep(output.text, output.starts, output.ends);
}

/** The part of the original that `start` to `end` of the folded text comes from (not empty). */
export function toSpan(message: FoldedMessage, start: number, end: number): TextSpan {
  const from = message.starts[start]!;
  const to = message.ends[end - 1]!;
  return { part: message.original.slice(from, to), start: from, end: to };
}
