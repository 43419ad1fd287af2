import { setImmediate as afterIo } from 'node:timers/promises';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { findReasons } from '../../../ml/url/reasons.ts';
import { collectEvidence, judge } from '../../../ml/url/verdict.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { StoredVerdict } from './cache.ts';

/** One question to the model for all who ask about the same URL at the same time. */
const inFlight = new WeakMap<Context['classifier'], Map<string, Promise<StoredVerdict>>>();

/** Until a model that cannot be loaded has been tried again. */
const MODEL_RETRY_AFTER_SECONDS = 10;

/** Judges URLs that no list and no cache knows, in one run of the model. Throws MODEL_ERROR. */
export function classifyUrls(ctx: Context, urls: readonly CanonicalUrl[]): Promise<StoredVerdict[]> {
  let pending = inFlight.get(ctx.classifier);
  if (!pending) {
    pending = new Map();
    inFlight.set(ctx.classifier, pending);
  }
  const open = pending;
  const fresh = [...new Map(urls.map((url) => [url.hash, url])).values()].filter(
    ({ hash }) => !open.has(hash),
  );
  if (fresh.length > 0) {
    const run = scoreUrls(ctx, fresh);
    fresh.forEach((url, i) => {
      const one = run.then((verdicts) => verdicts[i] as StoredVerdict);
      one.catch(() => {}).finally(() => open.delete(url.hash));
      open.set(url.hash, one);
    });
  }
  return Promise.all(urls.map(({ hash }) => open.get(hash) as Promise<StoredVerdict>));
}

async function scoreUrls(ctx: Context, urls: readonly CanonicalUrl[]): Promise<StoredVerdict[]> {
  const { classifier } = ctx;
  try {
    const [scores, evidence] = await Promise.all([
      classifier.classify(urls.map(({ href }) => href)),
      // The model's thread is asked at the end of this turn; the next one would be spent waiting for it.
      afterIo().then(() => urls.map(collectEvidence)),
    ]);
    return evidence.map((found, i) => {
      const score = scores[i];
      if (!score || !Number.isFinite(score.risk)) throw new Error('the model gave no score');
      return toStoredVerdict(judge(found, score, classifier.info.thresholds));
    });
  } catch (cause) {
    ctx.log.error({ err: cause, request_id: ctx.http?.request_id }, 'the URL model failed');
    // One that is not there is on its way back; one that fails at these URLs would fail again.
    const away = classifier.healthy() ? {} : { retry_after: MODEL_RETRY_AFTER_SECONDS };
    throw new ApiError('MODEL_ERROR', { cause, ...away });
  }
}

/** What the administrator's lists say of a URL, as a verdict. */
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
