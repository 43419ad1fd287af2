/** Verdicts of the links in the data, by the shipped URL model and rules; kept in a file, since they take minutes. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { LinkVerdict } from '../../message/links.ts';
import { canonicalize } from '../../url/canonical.ts';
import { startClassifier } from '../../url/classify.ts';
import { evidenceOf, judge } from '../../url/verdict.ts';
import { findPlainLinks } from './plain-links.ts';

const MODEL_DIR = new URL('../../url/model/', import.meta.url).pathname;

export type LinkVerdicts = ReadonlyMap<string, LinkVerdict>;

/** Judges every link of the texts; reads and extends the file `cache`. Links that are no URL are left out. */
export async function judgeLinks(texts: readonly string[], cache: string): Promise<LinkVerdicts> {
  const known = new Map<string, LinkVerdict>(
    existsSync(cache) ? (JSON.parse(readFileSync(cache, 'utf8')) as [string, LinkVerdict][]) : [],
  );
  const urls = new Set(texts.flatMap((text) => findPlainLinks(text).map(({ url }) => url)));
  const left = [...urls].flatMap((url) => {
    const canonical = known.has(url) ? null : canonicalize(url);
    return canonical ? [{ url, canonical }] : [];
  });
  if (left.length === 0) return known;
  const classifier = await startClassifier({ modelDir: MODEL_DIR });
  for (let from = 0; from < left.length; from += 128) {
    const part = left.slice(from, from + 128);
    const scores = await classifier.classify(part.map(({ canonical }) => canonical.href));
    for (const [i, { url, canonical }] of part.entries()) {
      const { risk_level, risk_score } = judge(evidenceOf(canonical), scores[i]!, classifier.info.thresholds);
      const verdict = risk_level === 'high' ? 'dangerous' : risk_level === 'low' ? 'safe' : 'caution';
      known.set(url, { verdict, risk_score });
    }
  }
  await classifier.close();
  writeFileSync(cache, JSON.stringify([...known]));
  return known;
}
