import type { z } from 'zod';
import { writing } from '../../../db/index.ts';
import { type CanonicalUrl, canonicalize } from '../../../ml/url/canonical.ts';
import { reasonText } from '../../../ml/url/reason-texts.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { iso } from '../../core/wire-types.ts';
import { countScans } from '../../learning/gami/count-scans-for-badges.ts';
import { record } from '../history/record.ts';
import { fromCache, intoCache, type StoredVerdict } from './cache.ts';
import { askModel, verdictOfList } from './classify-urls.ts';
import { countScan } from './model-monitoring.ts';
import type { Analysis, AnalyzeInput } from './schemas.ts';
import { listed } from './url-lists.ts';

/** A URL on its way to an answer. */
export interface Asked {
  /** as it was sent */
  sent: string;
  url: CanonicalUrl;
}

export interface Found {
  verdict: StoredVerdict;
  list: 'allow' | 'deny' | null;
  cached: boolean;
}

/** Judges one URL: lists, then cache, then the model. Throws INVALID_URL, MODEL_ERROR (and then writes nothing). */
export async function analyzeUrl(ctx: Context, input: z.infer<typeof AnalyzeInput>): Promise<Analysis> {
  const asked = readUrl(input.url);
  const found = lookUp(ctx, asked.url, input.use_cache) ?? (await judged(ctx, asked.url));
  return settle(ctx, [{ asked, found }])[0] as Analysis;
}

/** Throws INVALID_URL. */
export function readUrl(sent: string): Asked {
  const url = canonicalize(sent);
  if (!url) throw new ApiError('INVALID_URL');
  return { sent, url };
}

/** What is known of a URL without asking the model. */
export function lookUp(ctx: Context, url: CanonicalUrl, use_cache: boolean): Found | null {
  const list = listed(ctx.db, url);
  if (list) return { verdict: verdictOfList(url, list), list, cached: false };
  if (!use_cache) return null;
  const verdict = fromCache(ctx.db, url.hash, ctx.classifier.info.model_version, ctx.clock.now());
  return verdict && { verdict, list: null, cached: true };
}

async function judged(ctx: Context, url: CanonicalUrl): Promise<Found> {
  const [verdict] = await askModel(ctx, [url]);
  return { verdict: verdict as StoredVerdict, list: null, cached: false };
}

/** Writes what was found out into cache, history and events, in one transaction, and says it. */
export function settle(ctx: Context, findings: readonly { asked: Asked; found: Found }[]): Analysis[] {
  const now = ctx.clock.now();
  const { caller } = ctx.who;
  const principal_id = caller.kind === 'system' ? null : caller.principal_id;
  const { model_version } = ctx.classifier.info;
  const write = () => {
    for (const { asked, found } of findings) {
      const { url, sent } = asked;
      if (!found.cached && !found.list) {
        intoCache(ctx.db, { url_hash: url.hash, model_version, url: url.href }, found.verdict, now);
      }
      const { risk_score, analysis_result, confidence } = found.verdict;
      const dangerous = analysis_result === 'dangerous';
      const risk = found.list ? null : risk_score;
      countScan(ctx.db, model_version, { cached: found.cached, risk, dangerous }, now);
      if (principal_id === null) continue;
      const scan = {
        principal_id,
        url: sent,
        url_hash: url.hash,
        analysis_result,
        confidence,
        scanned_at: now,
      };
      record(ctx.db, scan);
      if (dangerous && !found.cached) {
        const payload = { url_hash: url.hash, host: url.host, risk_score };
        ctx.emit(ctx.db, { type: 'scan.dangerous', principal_id, payload });
      }
    }
    const any_dangerous = findings.some(({ found }) => found.verdict.analysis_result === 'dangerous');
    countScans(ctx, findings.length, any_dangerous, now);
  };
  writing(ctx.db, write);
  for (const { found } of findings) ctx.metrics.scan(found.list ? 'list' : found.cached ? 'cache' : 'model');
  return findings.map(({ asked, found }) => tell(ctx, asked, found, now));
}

const WARNING = {
  ko: '⚠️ 피싱 사이트로 의심됩니다. 접속을 권장하지 않습니다.',
  en: '⚠️ This looks like a phishing site. We advise against opening it.',
};

function tell(ctx: Context, { sent, url }: Asked, { verdict, list, cached }: Found, now: number): Analysis {
  const { analysis_result, confidence, risk_score, risk_level } = verdict;
  const reasons = verdict.reasons.map((reason) => ({
    code: reason.code,
    text: reasonText(reason, ctx.language),
    part: reason.part,
  }));
  return {
    url: sent,
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
    },
    cached,
    analyzed_at: iso(now),
  };
}
