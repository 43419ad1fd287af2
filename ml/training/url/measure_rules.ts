/**
 * Measures each reason and each rule of `ml/url`: hits among malicious and benign rows of `valid` and of `train`, and
 * the effect of the rules on the verdicts of `valid`.
 * Usage: tsx ml/training/url/measure_rules.ts <folder with train.csv.gz and valid.csv.gz> [every n-th train row = 1]
 */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type CanonicalUrl, canonicalize } from '../../url/canonical.ts';
import { startClassifier } from '../../url/classify.ts';
import { readFacts } from '../../url/features.ts';
import { collectEvidence, judgeAddress } from '../../url/judge.ts';
import { toReasons } from '../../url/reasons.ts';
import { RAISING_RULES } from '../../url/rules.ts';

interface UrlRow {
  url: CanonicalUrl;
  malicious: boolean;
}

/** [malicious, benign] */
type Count = [number, number];

const MODEL_DIR = new URL('../../url/model/', import.meta.url).pathname;

/** Rows of a set, without synthetic ones. */
function readRows(folder: string, set: string, every: number): UrlRow[] {
  const lines = gunzipSync(readFileSync(`${folder}/${set}.csv.gz`))
    .toString('utf8')
    .split('\n')
    .slice(1);
  const rows: UrlRow[] = [];
  for (let i = 0; i < lines.length; i += every) {
    const [, text, label, source] = /^(.*),([01]),([^,]*)$/.exec(lines[i] ?? '') ?? [];
    if (text === undefined || source?.startsWith('synth')) continue;
    const url = canonicalize(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
    if (url !== null) rows.push({ url, malicious: label === '1' });
  }
  return rows;
}

function count(counts: Map<string, Count>, key: string, malicious: boolean): void {
  const entry = counts.get(key) ?? [0, 0];
  entry[malicious ? 0 : 1]++;
  counts.set(key, entry);
}

function countHits(rows: UrlRow[]): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const { url, malicious } of rows) {
    const facts = readFacts(url);
    const reasons = toReasons(facts);
    count(counts, 'all rows', malicious);
    for (const code of new Set(reasons.map((reason) => reason.code)))
      count(counts, `reason ${code}`, malicious);
    if (facts.is_official) count(counts, 'rule own_domain', malicious);
    else if (facts.is_local) count(counts, 'rule local_address', malicious);
    else {
      const hits = RAISING_RULES.filter((rule) => rule.applies(facts, reasons));
      for (const { name, to } of hits) count(counts, `rule ${name} → ${to}`, malicious);
      if (hits.some(({ to }) => to === 'dangerous')) count(counts, 'rules → dangerous, together', malicious);
    }
  }
  return counts;
}

/** Counts the effect of the rules on the model's verdicts. */
async function countChanges(rows: UrlRow[]): Promise<Map<string, Count>> {
  const counts = new Map<string, Count>();
  const classifier = await startClassifier({ modelDir: MODEL_DIR });
  const { thresholds } = classifier.info;
  for (let from = 0; from < rows.length; from += 256) {
    const part = rows.slice(from, from + 256);
    const scores = await classifier.classify(part.map(({ url }) => url.href));
    part.forEach(({ url, malicious }, i) => {
      const score = scores[i];
      if (score === undefined) return;
      const verdict = judgeAddress(collectEvidence(url), score, thresholds);
      if (score.risk >= thresholds.dangerous) count(counts, 'dangerous by the model', malicious);
      if (verdict.risk_level === 'high') count(counts, 'dangerous with rules', malicious);
      if (score.risk >= thresholds.caution) count(counts, 'at least caution by the model', malicious);
      if (verdict.risk_level !== 'low') count(counts, 'at least caution with rules', malicious);
      if (verdict.rule) count(counts, `changed by ${verdict.rule} to ${verdict.risk_level}`, malicious);
    });
  }
  await classifier.close();
  return counts;
}

function print(title: string, counts: Map<string, Count>): void {
  console.log(`\n| ${title} | malicious | benign | share malicious |\n| --- | --- | --- | --- |`);
  for (const [key, [malicious, benign]] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    console.log(`| ${key} | ${malicious} | ${benign} | ${(malicious / (malicious + benign)).toFixed(4)} |`);
  }
}

const [folder, every = '1'] = process.argv.slice(2);
if (!folder)
  throw new Error('usage: tsx ml/training/url/measure_rules.ts <data folder> [every n-th train row]');
const valid = readRows(folder, 'valid', 1);
print('valid', countHits(valid));
print(`train, every ${every}. row`, countHits(readRows(folder, 'train', Number(every))));
print('valid, over the model', await countChanges(valid));
