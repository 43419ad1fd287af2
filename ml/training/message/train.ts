/** Trains the message model and writes `weights.bin` and `model.json`: see README.md. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fitMessageModel, packModel, toTrainingRows } from './fit.ts';
import { judgeLinks } from './link-verdicts.ts';
import { makeRows } from './made-rows.ts';
import { readLabelled } from './rows.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    work: { type: 'string' },
    out: { type: 'string' },
  },
});
const { data, work, out } = values;
if (!data || !work || !out) {
  throw new Error('usage: tsx ml/training/message/train.ts --data DATA --work WORK --out OUT');
}

mkdirSync(work, { recursive: true });
const messages = [...readLabelled(data, 'train'), ...makeRows(4)];
const texts = messages.map(({ text }) => text);
const verdicts = await judgeLinks(texts, join(work, 'link-verdicts.json'));
const { settings, weights } = packModel(fitMessageModel(await toTrainingRows(messages, verdicts)));
writeFileSync(join(out, 'weights.bin'), weights);
writeFileSync(join(out, 'model.json'), `${JSON.stringify(settings, null, 2)}\n`);
console.log(`${messages.length} rows, ${verdicts.size} links judged`);
