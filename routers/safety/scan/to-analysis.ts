import type { FeedHit } from '../../../db/index.ts';
import { reasonText } from '../../../ml/url/reason-texts.ts';
import { toRedirectorDetails } from '../../../ml/url/redirectors-verdict.ts';
import type { Context } from '../../core/context.ts';
import { toIso } from '../../core/wire-types.ts';
import type { Analysis } from './schemas.ts';
import type { UrlScan } from './url-scan.ts';

const WARNING = {
  ko: '⚠️ 피싱 사이트로 의심됩니다. 접속을 권장하지 않습니다.',
  en: '⚠️ This looks like a phishing site. We advise against opening it.',
};

/** The answer about a scan, in the caller's language. */
export function toAnalysis(
  ctx: Context,
  { sent, url, verdict, list, feeds, cached, target, redirect_failure }: UrlScan,
  now: number,
): Analysis {
  const { analysis_result, confidence, risk_score, risk_level } = verdict;
  const redirector = toRedirectorDetails(url);
  const reasons = verdict.reasons.map((reason) => ({
    code: reason.code,
    text: reasonText(reason, ctx.language),
    part: reason.part,
  }));
  return {
    url: sent,
    verdict: verdict.verdict,
    analysis_result,
    confidence,
    ...(analysis_result === 'dangerous' ? { warning_message: WARNING[ctx.language] } : {}),
    details: {
      domain: url.host,
      registrable_domain: url.registrable_domain,
      protocol: url.scheme,
      has_ssl: url.scheme === 'https',
      model_version: ctx.classifier.info.model_version,
      normalized_url: url.href,
      url_hash: url.hash,
      risk_score,
      risk_level,
      suspicious_patterns: reasons.map(({ text }) => text),
      reasons,
      ...(list ? { list } : {}),
      // `list` is the administrators', `lists` are threat feeds.
      ...(feeds ? { lists: feeds.map(toListing) } : {}),
      ...(redirector
        ? {
            redirector: {
              ...redirector,
              ...(target ? { target: target.url.href } : {}),
              ...(redirect_failure ? { failure: redirect_failure } : {}),
            },
          }
        : {}),
    },
    cached,
    analyzed_at: toIso(now),
  };
}

function toListing({ feed, first_seen, last_seen }: FeedHit) {
  return { feed, first_seen: toIso(first_seen), last_seen: toIso(last_seen) };
}
