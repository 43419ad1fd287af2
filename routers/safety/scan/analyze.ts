import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import { type CanonicalUrl, canonicalize } from '../../../ml/url/canonical.ts';
import { reasonText } from '../../../ml/url/reason-texts.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import { countScansForBadges } from '../../learning/gami/count-scans-for-badges.ts';
import { recordScan } from '../history/record.ts';
import { findCachedVerdict, type StoredVerdict, storeVerdict } from './cache.ts';
import { classifyUrls, toListVerdict } from './classify-urls.ts';
import { recordModelStats } from './model-monitoring.ts';
import type { Analysis, AnalyzeInput } from './schemas.ts';
import { matchUrlList } from './url-lists.ts';

/** A URL on its way to an answer. */
export interface ScanRequest {
  /** as it was sent */
  sent: string;
  url: CanonicalUrl;
}

export interface ScanResult {
  verdict: StoredVerdict;
  list: 'allow' | 'deny' | null;
  cached: boolean;
}

/** Judges one URL: lists, then cache, then the model. Throws INVALID_URL, MODEL_ERROR (and then writes nothing). */
export async function analyzeUrl(ctx: Context, input: z.infer<typeof AnalyzeInput>): Promise<Analysis> {
  const asked = parseUrl(input.url);
  const found = findKnownResult(ctx, asked.url, input.use_cache) ?? (await classifyUrl(ctx, asked.url));
  return recordScans(ctx, [{ asked, found }])[0] as Analysis;
}

/** Throws INVALID_URL. */
export function parseUrl(sent: string): ScanRequest {
  const url = canonicalize(sent);
  if (!url) throw new ApiError('INVALID_URL');
  return { sent, url };
}

/** What is known of a URL without asking the model. */
export function findKnownResult(ctx: Context, url: CanonicalUrl, use_cache: boolean): ScanResult | null {
  const list = matchUrlList(ctx.db, url);
  if (list) return { verdict: toListVerdict(url, list), list, cached: false };
  if (!use_cache) return null;
  const verdict = findCachedVerdict(ctx.db, url.hash, ctx.classifier.info.model_version, ctx.clock.now());
  return verdict && { verdict, list: null, cached: true };
}

async function classifyUrl(ctx: Context, url: CanonicalUrl): Promise<ScanResult> {
  const [verdict] = await classifyUrls(ctx, [url]);
  return { verdict: verdict as StoredVerdict, list: null, cached: false };
}

/** Writes what was found out into cache, history and events, in one transaction, and says it. */
export function recordScans(
  ctx: Context,
  findings: readonly { asked: ScanRequest; found: ScanResult }[],
): Analysis[] {
  const now = ctx.clock.now();
  const { caller } = ctx.auth;
  const principal_id = caller.kind === 'system' ? null : caller.principal_id;
  const { model_version } = ctx.classifier.info;
  const write = () => {
    for (const { asked, found } of findings) {
      const { url, sent } = asked;
      if (!found.cached && !found.list) {
        storeVerdict(ctx.db, { url_hash: url.hash, model_version, url: url.href }, found.verdict, now);
      }
      const { risk_score, analysis_result, confidence } = found.verdict;
      const dangerous = analysis_result === 'dangerous';
      const risk = found.list ? null : risk_score;
      recordModelStats(ctx.db, model_version, { cached: found.cached, risk, dangerous }, now);
      if (principal_id === null) continue;
      const scan = {
        principal_id,
        url: sent,
        url_hash: url.hash,
        analysis_result,
        confidence,
        scanned_at: now,
      };
      recordScan(ctx.db, scan);
      if (dangerous && !found.cached) {
        const payload = { url_hash: url.hash, host: url.host, risk_score };
        ctx.emit({ type: 'scan.dangerous', principal_id, payload });
      }
    }
    const any_dangerous = findings.some(({ found }) => found.verdict.analysis_result === 'dangerous');
    countScansForBadges(ctx, findings.length, any_dangerous, now);
  };
  transact(ctx.db, write);
  for (const { found } of findings) ctx.metrics.scan(found.list ? 'list' : found.cached ? 'cache' : 'model');
  return findings.map(({ asked, found }) => toAnalysis(ctx, asked, found, now));
}

const WARNING = {
  ko: '⚠️ 피싱 사이트로 의심됩니다. 접속을 권장하지 않습니다.',
  en: '⚠️ This looks like a phishing site. We advise against opening it.',
};

function toAnalysis(
  ctx: Context,
  { sent, url }: ScanRequest,
  { verdict, list, cached }: ScanResult,
  now: number,
): Analysis {
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
    analyzed_at: toIso(now),
  };
}
