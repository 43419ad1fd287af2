import { setImmediate } from 'node:timers/promises';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { findReasons } from '../../../ml/url/reasons.ts';
import { listTargets } from '../../../ml/url/redirectors.ts';
import {
  collectEvidence,
  type Evidence,
  type Hop,
  judgeHops,
  type Verdict,
} from '../../../ml/url/verdict.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { ScanResult } from './known-result.ts';

/** Runs of the model in progress, by URL: concurrent scans of one URL share one run. */
const inFlight = new WeakMap<Context['classifier'], Map<string, Promise<number[]>>>();

/** Until loading the model is tried again. */
const MODEL_RETRY_AFTER_SECONDS = 10;

/** A link and all that it leads to by what stands in it: they are judged together. */
function listHops(url: CanonicalUrl): CanonicalUrl[] {
  return [url, ...listTargets(url)];
}

/** The results of the model and the rules on URLs, in their order, from one run of the model. Throws MODEL_ERROR. */
export async function classifyUrls(ctx: Context, urls: readonly CanonicalUrl[]): Promise<ScanResult[]> {
  const [risks, evidence] = await Promise.all([
    estimateRisks(ctx, urls),
    // The model's thread gets its request at the end of this turn; the evidence is collected while it works.
    setImmediate().then(() => urls.map((url) => listHops(url).map(collectEvidence))),
  ]);
  return evidence.map((hops, i) => {
    const own = risks[i] as number[];
    return { verdict: judgeEvidence(ctx, hops, own), risks: own, list: null, cached: false };
  });
}

/**
 * The verdict on a URL from risks that the model gave it before: what the rules and the reasons say is true of this
 * spelling of it. Null when the risks are those of other hops.
 */
export function judgeByRisks(ctx: Context, url: CanonicalUrl, risks: readonly number[]): Verdict | null {
  const hops = listHops(url);
  return hops.length === risks.length ? judgeEvidence(ctx, hops.map(collectEvidence), risks) : null;
}

function judgeEvidence(ctx: Context, evidence: readonly Evidence[], risks: readonly number[]): Verdict {
  const hops = evidence.map((each, i) => ({ evidence: each, score: { risk: risks[i] as number } }));
  return judgeHops(hops as [Hop, ...Hop[]], ctx.classifier.info.thresholds);
}

/** What the model says of each URL's hops. */
function estimateRisks(ctx: Context, urls: readonly CanonicalUrl[]): Promise<number[][]> {
  const pending = inFlight.get(ctx.classifier) ?? new Map<string, Promise<number[]>>();
  inFlight.set(ctx.classifier, pending);
  const distinct = [...new Map(urls.map((url) => [url.hash, url])).values()];
  const unclassified = distinct.filter(({ hash }) => !pending.has(hash));
  if (unclassified.length > 0) {
    const run = runModel(ctx, unclassified);
    unclassified.forEach(({ hash }, i) => {
      const risks = run.then((all) => all[i] as number[]);
      risks.catch(() => {}).finally(() => pending.delete(hash));
      pending.set(hash, risks);
    });
  }
  return Promise.all(urls.map(({ hash }) => pending.get(hash) as Promise<number[]>));
}

async function runModel(ctx: Context, urls: readonly CanonicalUrl[]): Promise<number[][]> {
  const { classifier } = ctx;
  try {
    const chains = urls.map(listHops);
    const scores = await classifier.classify(chains.flatMap((hops) => hops.map(({ href }) => href)));
    let start = 0;
    return chains.map(({ length }) => {
      const risks = scores.slice(start, start + length).map(({ risk }) => risk);
      start += length;
      if (risks.length < length || !risks.every(Number.isFinite)) throw new Error('the model gave no score');
      return risks;
    });
  } catch (cause) {
    ctx.log.error({ err: cause, request_id: ctx.http?.request_id }, 'the URL model failed');
    // A model that is not loaded is being loaded again; one that fails at these URLs would fail again.
    const retry = classifier.healthy() ? {} : { retry_after: MODEL_RETRY_AFTER_SECONDS };
    throw new ApiError('MODEL_ERROR', { cause, ...retry });
  }
}

/** The verdict on a URL of the allow or deny list. */
export function judgeByList(url: CanonicalUrl, list: 'allow' | 'deny'): Verdict {
  if (list === 'allow') {
    return {
      verdict: 'safe',
      analysis_result: 'safe',
      confidence: 1,
      risk_score: 0,
      risk_level: 'low',
      reasons: [],
    };
  }
  return {
    verdict: 'dangerous',
    analysis_result: 'dangerous',
    confidence: 1,
    risk_score: 1,
    risk_level: 'high',
    reasons: [{ code: 'deny_list', part: url.host, weight: 1 }, ...findReasons(url)],
  };
}
