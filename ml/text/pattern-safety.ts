import { runInNewContext } from 'node:vm';
import { type Automaton, compileAutomaton } from './automaton.ts';
import { splitComponents } from './components.ts';
import { type PatternNode, PatternSyntaxError, readPattern } from './pattern-syntax.ts';

/**
 * The sentence why a regular expression may not be a policy; null when it may. A backtracking engine takes
 * exponential time exactly when some state can be reached from itself by one word in two ways (Weber and Seidl, "On
 * the degree of ambiguity of finite automata", 1991; Wüstholz et al., TACAS 2017). The pairs of states of the
 * pattern's position automaton are searched for such a state. Counted repeats above 4 count as unlimited, so
 * `(a|a){30}` is refused too. Patterns of polynomial time are found by running them on texts of their own characters.
 */
export function findUnsafeReason(source: string): string | null {
  try {
    new RegExp(source, 'giu');
  } catch {
    return 'The pattern is not a valid regular expression';
  }
  try {
    const bodies = withLookarounds(readPattern(source));
    if (bodies.some((body) => isExponential(compileAutomaton(body))))
      return 'The pattern can take exponential time';
  } catch (error) {
    if (error instanceof PatternSyntaxError) return `The pattern cannot be checked: ${error.message}`;
    throw error;
  }
  return isSlow(source) ? 'The pattern takes too long on long texts' : null;
}

/** The pattern itself and the body of each lookaround, which engines run as separate patterns. */
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

/** Whether a position can be reached from itself by one word in two ways. */
function isExponential({ accepts, follow }: Automaton): boolean {
  const size = accepts.length;
  const component = splitComponents(size, (p) => [...follow[p]!.keys()]);
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
  const pairs = splitComponents(size * size, successors, starts);
  return starts.some((start) => {
    const own = pairs[start];
    return (
      own !== undefined &&
      pairs.some((other, pair) => other === own && Math.floor(pair / size) !== pair % size)
    );
  });
}

const PROBE_TIMEOUT_MS = 100;

/** Runs the pattern on long texts of its own characters, with a timeout. */
function isSlow(source: string): boolean {
  const letters = [...new Set(source.replace(/\\[a-z]|[\\()[\]{}|?*+^$.]/gi, ''))].slice(0, 5);
  const texts = [...letters, 'a', '0', ' ', '가', letters.join('')].map(
    (part) => `${part.repeat(Math.ceil(2000 / Math.max(1, part.length)))}\u0000`,
  );
  // The timeout is wall-clock time: one may mean a busy machine, so a pattern must exceed it twice in a row.
  return texts.some((text) => timesOut(source, text) && timesOut(source, text));
}

function timesOut(source: string, text: string): boolean {
  try {
    runInNewContext('new RegExp(source, "iu").test(text)', { source, text }, { timeout: PROBE_TIMEOUT_MS });
    return false;
  } catch {
    return true;
  }
}
