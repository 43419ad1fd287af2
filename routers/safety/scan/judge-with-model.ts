import { setImmediate } from 'node:timers/promises';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { collectAllEvidence, estimateRisks, judgeByRisks } from '../../../ml/url/judge.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { ScanResult } from './url-scan.ts';

/** Runs of the model in progress, by URL: concurrent scans of one URL share one run. */
const inFlight = new WeakMap<Context['classifier'], Map<string, Promise<number[]>>>();

/** Time until loading the model is tried again. */
const MODEL_RETRY_AFTER_SECONDS = 10;

/** The result for a URL by the model and the rules. Throws MODEL_ERROR. */
export async function judgeWithModel(ctx: Context, url: CanonicalUrl): Promise<ScanResult> {
  const [result] = await judgeManyWithModel(ctx, [url]);
  return result as ScanResult;
}

/**
 * The results for URLs by the model and the rules, in their order, from one run of the model. It neither reads nor writes
 * the database. Throws MODEL_ERROR.
 */
export async function judgeManyWithModel(ctx: Context, urls: readonly CanonicalUrl[]): Promise<ScanResult[]> {
  const pending = inFlight.get(ctx.classifier) ?? new Map<string, Promise<number[]>>();
  inFlight.set(ctx.classifier, pending);
  const distinct = [...new Map(urls.map((url) => [url.hash, url])).values()];
  const newUrls = distinct.filter(({ hash }) => !pending.has(hash));
  if (newUrls.length > 0) {
    const run = runModel(ctx, newUrls);
    newUrls.forEach(({ hash }, i) => {
      const risks = run.then((all) => all[i] as number[]);
      risks.catch(() => {}).finally(() => pending.delete(hash));
      pending.set(hash, risks);
    });
  }
  const [risks, evidence] = await Promise.all([
    Promise.all(urls.map(({ hash }) => pending.get(hash) as Promise<number[]>)),
    // The model's thread gets its request at the end of this turn; the evidence is collected while it works.
    setImmediate().then(() => urls.map(collectAllEvidence)),
  ]);
  return risks.map((own, i) => {
    const verdict = judgeByRisks(evidence[i] ?? [], own, ctx.classifier.info.thresholds);
    if (!verdict) throw new Error('the model judged other addresses');
    return { verdict, risks: own, list: null, cached: false };
  });
}

async function runModel(ctx: Context, urls: readonly CanonicalUrl[]): Promise<number[][]> {
  const { classifier } = ctx;
  try {
    return await estimateRisks(urls, classifier);
  } catch (cause) {
    ctx.log.error({ err: cause, request_id: ctx.http?.request_id }, 'the URL model failed');
    // A model that is not loaded is being loaded again; a loaded one would fail again for these URLs.
    const retry = classifier.isHealthy() ? {} : { retry_after: MODEL_RETRY_AFTER_SECONDS };
    throw new ApiError('MODEL_ERROR', { cause, ...retry });
  }
}
