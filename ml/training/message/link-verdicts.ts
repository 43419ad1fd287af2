/** Verdicts on the links in the data by the shipped URL model and rules, cached in a file since they take minutes. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { findRedirectScope, type LinkVerdict } from '../../message/links.ts';
import { canonicalize } from '../../url/canonical.ts';
import { startClassifier } from '../../url/classify.ts';
import { collectEvidence, judgeAddress } from '../../url/judge.ts';
import { findPlainLinks } from './plain-links.ts';

const MODEL_DIR = new URL('../../url/model/', import.meta.url).pathname;

export type LinkVerdicts = ReadonlyMap<string, LinkVerdict>;

/** A redirecting link has one verdict for all codes, whatever the model says about its letters. */
function findRedirectVerdict(host: string, redirectors: ReadonlySet<string>): LinkVerdict | null {
  const scope = findRedirectScope(host);
  if (scope === 'operator') return { verdict: 'safe', risk_score: 0.05, redirect: 'operator' };
  if (scope === null && !redirectors.has(host)) return null;
  return { verdict: 'caution', risk_score: 0.35, redirect: 'open' };
}

/** Hosts of shorteners and dynamic QR codes from a table `host,kind,…`. */
function readRedirectors(path: string | undefined): ReadonlySet<string> {
  if (path === undefined) return new Set();
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.split(','));
  return new Set(rows.filter(([, kind]) => kind === 'shortener' || kind === 'qr').map(([host]) => host!));
}

/**
 * Judges every link of the texts, and reads and extends the file `cache`. Links that are not URLs are skipped.
 * `redirectors` names a table of further redirecting hosts.
 */
export async function judgeLinks(
  texts: readonly string[],
  cache: string,
  redirectors?: string,
): Promise<LinkVerdicts> {
  const leading = readRedirectors(redirectors);
  const verdicts = new Map<string, LinkVerdict>(
    existsSync(cache) ? (JSON.parse(readFileSync(cache, 'utf8')) as [string, LinkVerdict][]) : [],
  );
  const urls = new Set(texts.flatMap((text) => findPlainLinks(text).map(({ url }) => url)));
  const left = [...urls].flatMap((url) => {
    const canonical = verdicts.has(url) ? null : canonicalize(url);
    return canonical ? [{ url, canonical }] : [];
  });
  if (left.length === 0) return verdicts;
  const classifier = await startClassifier({ modelDir: MODEL_DIR });
  for (let from = 0; from < left.length; from += 128) {
    const part = left.slice(from, from + 128);
    const scores = await classifier.classify(part.map(({ canonical }) => canonical.href));
    for (const [i, { url, canonical }] of part.entries()) {
      const { risk_level, risk_score } = judgeAddress(
        collectEvidence(canonical),
        scores[i]!,
        classifier.info.thresholds,
      );
      const verdict = risk_level === 'high' ? 'dangerous' : risk_level === 'low' ? 'safe' : 'caution';
      verdicts.set(url, findRedirectVerdict(canonical.host, leading) ?? { verdict, risk_score });
    }
  }
  await classifier.close();
  writeFileSync(cache, JSON.stringify([...verdicts]));
  return verdicts;
}
