import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, preparedStatements, url_analysis_cache } from '../../../db/index.ts';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import { collectAllEvidence, judgeByRisks, type Verdict } from '../../../ml/url/judge.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import type { CachedVerdict } from './schemas.ts';
import type { ScanResult } from './url-scan.ts';

export const CACHE_TTL_MS = 24 * 3_600_000;

type CacheRow = typeof url_analysis_cache.$inferSelect;

const statements = preparedStatements((db) => ({
  find: db
    .select()
    .from(url_analysis_cache)
    .where(
      and(
        eq(url_analysis_cache.url_hash, sql.placeholder('url_hash')),
        eq(url_analysis_cache.model_version, sql.placeholder('model_version')),
      ),
    )
    .prepare(),
  put: db
    .insert(url_analysis_cache)
    .values({
      url_hash: sql.placeholder('url_hash'),
      model_version: sql.placeholder('model_version'),
      url: sql.placeholder('url'),
      analysis_result: sql.placeholder('analysis_result'),
      confidence: sql.placeholder('confidence'),
      risk_score: sql.placeholder('risk_score'),
      risk_level: sql.placeholder('risk_level'),
      risks: sql.placeholder('risks'),
      cached_at: sql.placeholder('cached_at'),
      expires_at: sql.placeholder('expires_at'),
    })
    .onConflictDoUpdate({
      target: [url_analysis_cache.url_hash, url_analysis_cache.model_version],
      set: {
        analysis_result: sql`excluded.analysis_result`,
        confidence: sql`excluded.confidence`,
        risk_score: sql`excluded.risk_score`,
        risk_level: sql`excluded.risk_level`,
        risks: sql`excluded.risks`,
        cached_at: sql`excluded.cached_at`,
        expires_at: sql`excluded.expires_at`,
      },
    })
    .prepare(),
}));

/**
 * The result for a URL that the current model version has judged within the TTL. Only what the model said is from the
 * cache: rules and reasons are about this spelling of the URL.
 */
export function findCachedResult(ctx: Context, url: CanonicalUrl): ScanResult | null {
  const row = findCacheRow(ctx, url.hash);
  const verdict = row && judgeByRisks(collectAllEvidence(url), row.risks, ctx.classifier.info.thresholds);
  return verdict && { verdict, risks: row.risks, list: null, cached: true };
}

function findCacheRow({ db, classifier, clock }: Context, url_hash: string): CacheRow | null {
  const row = statements(db).find.get({ url_hash, model_version: classifier.info.model_version });
  return row && row.expires_at > clock.now() ? row : null;
}

/** Caches a verdict, replacing an older one. */
export function storeVerdict(
  db: Db,
  key: { url_hash: string; model_version: string; url: string },
  verdict: Verdict,
  risks: number[],
  now: number,
): void {
  const { url_hash, model_version, url } = key;
  const { analysis_result, confidence, risk_score, risk_level } = verdict;
  // Field by field, since spreading into an object is slow on this path.
  statements(db).put.run({
    url_hash,
    model_version,
    url,
    analysis_result,
    confidence,
    risk_score,
    risk_level,
    risks,
    cached_at: now,
    expires_at: now + CACHE_TTL_MS,
  });
}

/** The cached verdict of a URL's hash. Throws NOT_FOUND when there is none, or it has expired. */
export function getCachedVerdict(ctx: Context, input: { url_hash: string }): z.infer<typeof CachedVerdict> {
  const row = findCacheRow(ctx, input.url_hash);
  if (!row) throw new ApiError('NOT_FOUND');
  const { url, risk_level, analysis_result, confidence, cached_at, expires_at } = row;
  const verdict = risk_level === 'caution' ? 'caution' : analysis_result;
  return {
    url,
    verdict,
    analysis_result,
    confidence,
    cached_at: toIso(cached_at),
    expires_at: toIso(expires_at),
  };
}
