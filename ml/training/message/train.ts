/** Trains the message model and writes `weights.bin` and `model.json`: see README.md. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fitMessageModel, quantize, toTrainingRows } from './fit.ts';
import { judgeLinks } from './link-verdicts.ts';
import { makeRows } from './made-rows.ts';
import { readLabelled } from './rows.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, work: { type: 'string' }, out: { type: 'string' } },
});
const { data, work, out } = values;
if (!data || !work || !out)
  throw new Error('usage: tsx ml/training/message/train.ts --data DATA --work WORK --out OUT');

mkdirSync(work, { recursive: true });
const messages = [...readLabelled(data, 'train'), ...makeRows(4)];
const verdicts = await judgeLinks(
  messages.map(({ text }) => text),
  join(work, 'link-verdicts.json'),
);
const model = fitMessageModel(await toTrainingRows(messages, verdicts));
const [spam, smishing] = model.weights.map(quantize);
writeFileSync(join(out, 'weights.bin'), Buffer.concat([spam!.bytes, smishing!.bytes]));
const settings = {
  model_version: 'message_ngram_v1',
  scale: { spam: spam!.scale, smishing: smishing!.scale },
  bias: { spam: model.bias[0], smishing: model.bias[1] },
};
writeFileSync(join(out, 'model.json'), `${JSON.stringify(settings, null, 2)}\n`);
console.log(`${messages.length} rows, ${verdicts.size} links judged`);
