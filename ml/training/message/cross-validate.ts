/**
 * Metrics of `train` from models that did not see the rows: by folds, or by leaving out one source at a time. See
 * README.md.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeMessageClassifier } from '../../message/classifier.ts';
import { judgeRows, reportRows } from './evaluate.ts';
import { fitMessageModel, packModel, toTrainingRows } from './fit.ts';
import { judgeLinks } from './link-verdicts.ts';
import { makeRows } from './made-rows.ts';
import type { MeasuredMessage } from './measure.ts';
import { type LabelledMessage, readLabelled } from './rows.ts';
import { makeRandom } from './softmax.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    work: { type: 'string' },
    folds: { type: 'string', default: '5' },
    /** sources to leave out one at a time, instead of folds */
    sources: { type: 'string' },
  },
});
const { data, work } = values;
if (!data || !work) {
  throw new Error(
    'usage: tsx ml/training/message/cross-validate.ts --data DATA --work WORK [--folds N | --sources A,B]',
  );
}

const train = readLabelled(data, 'train');
const templateRows = makeRows(4);
const texts = [...train, ...templateRows].map(({ text }) => text);
const verdicts = await judgeLinks(texts, join(work, 'link-verdicts.json'));
const rows = await toTrainingRows(train, verdicts);
const madeRows = await toTrainingRows(templateRows, verdicts);

/** Judges the rows for which `out` is true with a model that was fitted on the others. */
async function judgeLeftOut(out: readonly boolean[]): Promise<MeasuredMessage[]> {
  const { settings, weights } = packModel(fitMessageModel([...rows.filter((_, i) => !out[i]), ...madeRows]));
  const messages: LabelledMessage[] = train.filter((_, i) => out[i]);
  return judgeRows(messages, makeMessageClassifier(settings, weights), verdicts);
}

if (values.sources) {
  for (const source of values.sources.split(',')) {
    console.log(`without ${source}`);
    reportRows(await judgeLeftOut(train.map((message) => message.source === source)));
  }
} else {
  const folds = Number(values.folds);
  const random = makeRandom(11);
  const fold = train.map(() => Math.floor(random() * folds));
  const results: MeasuredMessage[] = [];
  for (let k = 0; k < folds; k++) results.push(...(await judgeLeftOut(fold.map((own) => own === k))));
  reportRows(results);
}
