/**
 * Judges a labelled set with the shipped model, or with models that were fitted without a part of it: see README.md.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadMessageClassifier, type MessageClassifier } from '../../message/classifier.ts';
import { judgeMessage } from '../../message/judge.ts';
import { findLinks } from '../../text/links.ts';
import { judgeLinks, type LinkVerdicts } from './link-verdicts.ts';
import { type MeasuredMessage, measure, printFigures } from './measure.ts';
import { type LabelledMessage, readLabelled } from './rows.ts';

const MODEL_DIR = new URL('../../message/model/', import.meta.url).pathname;

/** Judges each row; links without a verdict count as `caution`. */
export async function judgeRows(
  messages: readonly LabelledMessage[],
  classifier: MessageClassifier,
  verdicts: LinkVerdicts,
): Promise<MeasuredMessage[]> {
  const rows: MeasuredMessage[] = [];
  for (const message of messages) {
    const verdict = await judgeMessage(
      { text: message.text },
      {
        classifier,
        findLinks,
        judgeUrl: (url) => verdicts.get(url) ?? { verdict: 'caution', risk_score: 0.3 },
      },
    );
    rows.push({ message, verdict });
  }
  return rows;
}

/** Prints the metrics of each language, and of notices separately. */
export function reportRows(rows: readonly MeasuredMessage[]): void {
  for (const lang of ['ko', 'en']) {
    const own = rows.filter(({ message }) => message.lang === lang);
    printFigures(lang, measure(own));
    const notices = own.filter(({ message }) =>
      /written|alimtalk|delivery|leegijun|forecast/.test(message.source),
    );
    printFigures(`${lang}, notices`, measure(notices));
  }
}

/** Prints the rows that were judged wrong, with their reasons. */
function printMistakes(rows: readonly MeasuredMessage[]): void {
  for (const { message, verdict } of rows) {
    const missed = message.label === 'smishing' && verdict.verdict === 'safe';
    const alarm = message.label === 'normal' && verdict.verdict !== 'safe';
    const worse = message.label === 'spam' && verdict.verdict === 'dangerous';
    if (!missed && !alarm && !worse) continue;
    const codes = verdict.reasons.map(({ code, part }) => `${code}(${part.slice(0, 24)})`).join(' ');
    console.log(
      `${message.label} ${message.lang} ${verdict.verdict} ${verdict.risk_score} ${message.source}: `,
    );
    console.log(`   ${message.text.replace(/\s+/g, ' ').slice(0, 160)}\n   ${codes.replace(/\s+/g, ' ')}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      work: { type: 'string' },
      set: { type: 'string', default: 'dev' },
      mistakes: { type: 'boolean' },
    },
  });
  const { data, work, set } = values;
  if (!data || !work)
    throw new Error('usage: tsx ml/training/message/evaluate.ts --data DATA --work WORK [--set dev]');
  mkdirSync(work, { recursive: true });
  const messages = readLabelled(data, set);
  const texts = messages.map(({ text }) => text);
  const verdicts = await judgeLinks(texts, join(work, 'link-verdicts.json'));
  const rows = await judgeRows(messages, loadMessageClassifier(MODEL_DIR), verdicts);
  reportRows(rows);
  if (values.mistakes) printMistakes(rows);
}

if (import.meta.url === `file://${process.argv[1]}`) await main();
