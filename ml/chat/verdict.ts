import type { Language } from '../text/language.ts';
import { maskPersonalData } from '../text/pii-masking.ts';
import type { SafetyVerdict } from '../url/judge.ts';
import type { MessageOutcome, ScanAnswer, ScanOutcome } from './chat-engine-types.ts';
import { PHRASES } from './phrases.ts';

const DANGER: Record<ScanOutcome['risk_level'], number> = { low: 0, caution: 1, high: 2 };

/** The worst result: dangerous before safe, then the higher risk, then the higher confidence. */
export function findWorstVerdict(answers: readonly ScanAnswer[]): ScanOutcome | null {
  const rank = (outcome: ScanOutcome): number =>
    (outcome.result === 'dangerous' ? 10 + outcome.confidence : -outcome.confidence) +
    DANGER[outcome.risk_level];
  const outcomes = answers.filter((answer): answer is ScanOutcome => !('error' in answer));
  return outcomes.sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

const RANK: Record<SafetyVerdict, number> = { safe: 0, caution: 1, dangerous: 2 };
const VERDICTS: Record<ScanOutcome['risk_level'], SafetyVerdict> = {
  low: 'safe',
  caution: 'caution',
  high: 'dangerous',
};

/** The verdict on a link as a verdict of three. */
export function toSafetyVerdict({ risk_level }: ScanOutcome): SafetyVerdict {
  return VERDICTS[risk_level];
}

/** What is to be said of the whole message, when it is worse than its links by themselves; otherwise null. */
export function describeMessage(
  message: MessageOutcome,
  worst: ScanOutcome | null,
  language: Language,
): string | null {
  const { verdict, reasons } = message;
  if (verdict === 'safe' || RANK[verdict] <= (worst ? RANK[toSafetyVerdict(worst)] : 0)) return null;
  const phrases = PHRASES[language];
  const lead = verdict === 'dangerous' ? phrases.dangerousMessage : phrases.cautionMessage;
  return `${lead}\n${phrases.reasons}:\n${joinList(reasons.map((reason) => maskPersonalData(reason).text))}`;
}

/** The scanner's results in sentences. Nothing else goes into the verdict. */
export function describeScans(answers: readonly ScanAnswer[], language: Language): string {
  const phrases = PHRASES[language];
  const worst = findWorstVerdict(answers);
  const others = answers.filter((answer): answer is ScanOutcome => !('error' in answer) && answer !== worst);
  const failed = answers.filter((answer) => 'error' in answer).map(({ url }) => toFailureLine(url, language));
  if (!worst) return failed.join('\n\n');
  const lead = others.length > 0 ? [phrases.worst(toDisplayUrl(worst.url), others.length + 1)] : [];
  const about = answers.length > 1 && others.length === 0 ? `${toDisplayUrl(worst.url)}\n` : '';
  const verdict = [
    ...lead,
    about + toVerdict(worst, language),
    worst.reasons.length > 0 ? `${phrases.reasons}:\n${joinList(worst.reasons)}` : phrases.noReasons,
    ...others.map((other) =>
      [toDisplayUrl(other.url), toVerdict(other, language), joinList(other.reasons.slice(0, 3))]
        .filter(Boolean)
        .join('\n'),
    ),
  ];
  const advice = worst.result === 'dangerous' ? phrases.dangerSteps : phrases.limits;
  // An address that does not exist needs more attention than a safe one.
  const parts =
    worst.result === 'dangerous' ? [...verdict, ...failed, advice] : [...failed, ...verdict, advice];
  return parts.join('\n\n');
}

function toFailureLine(url: string, language: Language): string {
  const phrases = PHRASES[language];
  const trick = /\.(?:corn|c0m|con|cmo|ocm|comm|nett|0rg)(?:[/:?#]|$)/i.test(url);
  return phrases.failed(toDisplayUrl(url)) + (trick ? ` ${phrases.looksLike}` : '');
}

export function toVerdict(outcome: ScanOutcome, language: Language): string {
  const phrases = PHRASES[language];
  const percent = `${Math.floor(outcome.confidence * 1000) / 10}`.replace(/\.0$/, '');
  if (outcome.result === 'dangerous') return phrases.dangerous(percent);
  return outcome.risk_level === 'low' ? phrases.safe(percent) : phrases.caution(percent);
}

/** A URL for display: shortened, without e-mail addresses and keys. */
export function toDisplayUrl(url: string): string {
  return maskPersonalData(url.length > 80 ? `${url.slice(0, 77)}…` : url).text;
}

function joinList(reasons: readonly string[]): string {
  return reasons.map((reason) => `- ${reason}`).join('\n');
}
