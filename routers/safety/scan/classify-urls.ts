import { setImmediate } from 'node:timers/promises';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { findReasons } from '../../../ml/url/reasons.ts';
import { collectEvidence, judge } from '../../../ml/url/verdict.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { StoredVerdict } from './cache.ts';

/** Runs of the model in progress, by URL: concurrent scans of one URL share one run. */
const inFlight = new WeakMap<Context['classifier'], Map<string, Promise<StoredVerdict>>>();

/** Until loading the model is tried again. */
const MODEL_RETRY_AFTER_SECONDS = 10;

/** The verdicts of the model and the rules on URLs, in their order, from one run of the model. Throws MODEL_ERROR. */
export function classifyUrls(ctx: Context, urls: readonly CanonicalUrl[]): Promise<StoredVerdict[]> {
  const pending = inFlight.get(ctx.classifier) ?? new Map<string, Promise<StoredVerdict>>();
  inFlight.set(ctx.classifier, pending);
  const distinct = [...new Map(urls.map((url) => [url.hash, url])).values()];
  const unclassified = distinct.filter(({ hash }) => !pending.has(hash));
  if (unclassified.length > 0) {
    const run = scoreUrls(ctx, unclassified);
    unclassified.forEach(({ hash }, i) => {
      const verdict = run.then((verdicts) => verdicts[i] as StoredVerdict);
      verdict.catch(() => {}).finally(() => pending.delete(hash));
      pending.set(hash, verdict);
    });
  }
  return Promise.all(urls.map(({ hash }) => pending.get(hash) as Promise<StoredVerdict>));
}

async function scoreUrls(ctx: Context, urls: readonly CanonicalUrl[]): Promise<StoredVerdict[]> {
  const { classifier } = ctx;
  try {
    const [scores, evidence] = await Promise.all([
      classifier.classify(urls.map(({ href }) => href)),
      // The model's thread gets its request at the end of this turn; the evidence is collected while it works.
      setImmediate().then(() => urls.map(collectEvidence)),
    ]);
    return evidence.map((urlEvidence, i) => {
      const score = scores[i];
      if (!score || !Number.isFinite(score.risk)) throw new Error('the model gave no score');
      return toStoredVerdict(judge(urlEvidence, score, classifier.info.thresholds));
    });
  } catch (cause) {
    ctx.log.error({ err: cause, request_id: ctx.http?.request_id }, 'the URL model failed');
    // A model that is not loaded is being loaded again; one that fails at these URLs would fail again.
    const retry = classifier.healthy() ? {} : { retry_after: MODEL_RETRY_AFTER_SECONDS };
    throw new ApiError('MODEL_ERROR', { cause, ...retry });
  }
}

/** The verdict on a URL of the allow or deny list. */
export function toListVerdict(url: CanonicalUrl, list: 'allow' | 'deny'): StoredVerdict {
  const denied = list === 'deny';
  return {
    analysis_result: denied ? 'dangerous' : 'safe',
    confidence: 1,
    risk_score: denied ? 1 : 0,
    risk_level: denied ? 'high' : 'low',
    reasons: denied
      ? [
          { code: 'deny_list', part: url.host },
          ...findReasons(url).map(({ code, part, params }) => ({
            code,
            part,
            ...(params ? { params } : {}),
          })),
        ]
      : [],
  };
}

/** A verdict without the fields that are not stored. */
function toStoredVerdict({ reasons, ...verdict }: ReturnType<typeof judge>): StoredVerdict {
  const { analysis_result, confidence, risk_score, risk_level } = verdict;
  return {
    analysis_result,
    confidence,
    risk_score,
    risk_level,
    reasons: reasons.map(({ code, part, params }) => ({ code, part, ...(params ? { params } : {}) })),
  };
}
