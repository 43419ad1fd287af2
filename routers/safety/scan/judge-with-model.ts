import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { judgeUrls, type Verdict } from '../../../ml/url/judge.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { StoredVerdict } from './cache.ts';
import type { ScanResult } from './url-scan.ts';

/** Runs of the model in progress, by URL: concurrent scans of one URL share one run. */
const inFlight = new WeakMap<Context['classifier'], Map<string, Promise<StoredVerdict>>>();

/** Time until loading the model is tried again. */
const MODEL_RETRY_AFTER_SECONDS = 10;

/** The result for a URL by the model and the rules. Throws MODEL_ERROR. */
export async function judgeWithModel(ctx: Context, url: CanonicalUrl): Promise<ScanResult> {
  const [result] = await judgeManyWithModel(ctx, [url]);
  return result as ScanResult;
}

/** The results for URLs by the model and the rules, in their order, from one run of the model. Throws MODEL_ERROR. */
export async function judgeManyWithModel(ctx: Context, urls: readonly CanonicalUrl[]): Promise<ScanResult[]> {
  const pending = inFlight.get(ctx.classifier) ?? new Map<string, Promise<StoredVerdict>>();
  inFlight.set(ctx.classifier, pending);
  const distinct = [...new Map(urls.map((url) => [url.hash, url])).values()];
  const newUrls = distinct.filter(({ hash }) => !pending.has(hash));
  if (newUrls.length > 0) {
    const run = runModel(ctx, newUrls);
    newUrls.forEach(({ hash }, i) => {
      const verdict = run.then((verdicts) => verdicts[i] as StoredVerdict);
      verdict.catch(() => {}).finally(() => pending.delete(hash));
      pending.set(hash, verdict);
    });
  }
  const verdicts = await Promise.all(urls.map(({ hash }) => pending.get(hash) as Promise<StoredVerdict>));
  return verdicts.map((verdict) => ({ verdict, list: null, cached: false }));
}

async function runModel(ctx: Context, urls: readonly CanonicalUrl[]): Promise<StoredVerdict[]> {
  const { classifier } = ctx;
  try {
    const verdicts = await judgeUrls(urls, classifier);
    return verdicts.map(toStoredVerdict);
  } catch (cause) {
    ctx.log.error({ err: cause, request_id: ctx.http?.request_id }, 'the URL model failed');
    // A model that is not loaded is being loaded again; a loaded one would fail again for these URLs.
    const retry = classifier.isHealthy() ? {} : { retry_after: MODEL_RETRY_AFTER_SECONDS };
    throw new ApiError('MODEL_ERROR', { cause, ...retry });
  }
}

/** A verdict without the fields that are not stored. */
function toStoredVerdict({ reasons, ...verdict }: Verdict): StoredVerdict {
  const { analysis_result, confidence, risk_score, risk_level } = verdict;
  return {
    analysis_result,
    confidence,
    risk_score,
    risk_level,
    reasons: reasons.map(({ code, part, params }) => ({ code, part, ...(params ? { params } : {}) })),
  };
}
