import type { Language } from '../text/language.ts';
import { maskPersonalData } from '../text/mask.ts';
import type { ScanAnswer, ScanOutcome } from './conversation.ts';
import { PHRASES } from './phrases.ts';

const DANGER: Record<ScanOutcome['risk_level'], number> = { low: 0, caution: 1, high: 2 };

/** The outcome that leads: dangerous before safe, then the higher risk, then the surer. */
export function worstOf(answers: readonly ScanAnswer[]): ScanOutcome | null {
  const rank = (outcome: ScanOutcome): number =>
    (outcome.result === 'dangerous' ? 10 + outcome.confidence : -outcome.confidence) +
    DANGER[outcome.risk_level];
  const outcomes = answers.filter((answer): answer is ScanOutcome => !('error' in answer));
  return outcomes.sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** What the scanner said, in sentences. Nothing but the scanner's outcome goes into the verdict. */
export function describeScans(answers: readonly ScanAnswer[], language: Language, inDetail = false): string {
  const phrases = PHRASES[language];
  const worst = worstOf(answers);
  const failed = answers.filter((answer) => 'error' in answer);
  const parts: string[] = [];
  if (worst) {
    if (answers.length > 1) parts.push(phrases.worst(shown(worst.url), answers.length));
    parts.push(verdictOf(worst, language));
    parts.push(worst.reasons.length > 0 ? `${phrases.reasons}:\n${list(worst.reasons)}` : phrases.noReasons);
    for (const other of answers)
      if (other !== worst && !('error' in other))
        parts.push(
          `${shown(other.url)}\n${verdictOf(other, language)}${other.reasons.length > 0 ? `\n${list(other.reasons.slice(0, 3))}` : ''}`,
        );
    parts.push(worst.result === 'dangerous' ? phrases.dangerSteps : phrases.limits);
    if (inDetail && worst.result === 'dangerous') parts.push(phrases.limits);
  }
  for (const { url } of failed) parts.push(phrases.failed(shown(url)));
  if (failed.some(({ url }) => /\.(?:corn|c0m|con|cmo|ocm|comm|nett|0rg)(?:[/:?#]|$)/i.test(url)))
    parts.push(phrases.looksLike);
  return parts.join('\n\n');
}

export function verdictOf(outcome: ScanOutcome, language: Language): string {
  const phrases = PHRASES[language];
  const percent = `${Math.floor(outcome.confidence * 1000) / 10}`.replace(/\.0$/, '');
  if (outcome.result === 'dangerous') return phrases.dangerous(percent);
  return outcome.risk_level === 'low' ? phrases.safe(percent) : phrases.caution(percent);
}

/** A URL as it is read out: shortened, and without an e-mail address or key that stands in it. */
export function shown(url: string): string {
  return maskPersonalData(url.length > 80 ? `${url.slice(0, 77)}…` : url).text;
}

function list(reasons: readonly string[]): string {
  return reasons.map((reason) => `- ${reason}`).join('\n');
}
