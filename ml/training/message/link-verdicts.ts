/** Verdicts on the links in the data by the shipped URL model and rules, cached in a file since they take minutes. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { LinkVerdict } from '../../message/links.ts';
import { findLinks } from '../../text/links.ts';
import { canonicalize } from '../../url/canonical.ts';
import { startClassifier } from '../../url/classify.ts';
import { collectAllEvidence, estimateRisks, judgeByRisks } from '../../url/judge.ts';

const MODEL_DIR = new URL('../../url/model/', import.meta.url).pathname;

export type LinkVerdicts = ReadonlyMap<string, LinkVerdict>;

/**
 * Judges every link of the texts, and reads and extends the file `cache`. Links that are not URLs are skipped.
 */
export async function judgeLinks(texts: readonly string[], cache: string): Promise<LinkVerdicts> {
  const verdicts = new Map<string, LinkVerdict>(
    existsSync(cache) ? (JSON.parse(readFileSync(cache, 'utf8')) as [string, LinkVerdict][]) : [],
  );
  const urls = new Set(texts.flatMap((text) => findLinks(text).map(({ url }) => url)));
  const left = [...urls].flatMap((url) => {
    const canonical = verdicts.has(url) ? null : canonicalize(url);
    return canonical ? [{ url, canonical }] : [];
  });
  if (left.length === 0) return verdicts;
  const classifier = await startClassifier({ modelDir: MODEL_DIR });
  for (let from = 0; from < left.length; from += 128) {
    const part = left.slice(from, from + 128);
    const risks = await estimateRisks(
      part.map(({ canonical }) => canonical),
      classifier,
    );
    for (const [i, { url, canonical }] of part.entries()) {
      const judged = judgeByRisks(collectAllEvidence(canonical), risks[i]!, classifier.info.thresholds)!;
      verdicts.set(url, { verdict: judged.verdict, risk_score: judged.risk_score });
    }
  }
  await classifier.close();
  writeFileSync(cache, JSON.stringify([...verdicts]));
  return verdicts;
}
