import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, preparedStatements, type StoredReason, url_analysis_cache } from '../../../db/index.ts';
import type { CanonicalUrl } from '../../../ml/url/canonical.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import type { CachedVerdict } from './schemas.ts';
import type { ScanResult } from './url-scan.ts';

export const CACHE_TTL_MS = 24 * 3_600_000;

/** The verdict of the model and the rules on a URL, independent of language. */
export interface StoredVerdict {
  analysis_result: 'safe' | 'dangerous';
  confidence: number;
  risk_score: number;
  risk_level: 'low' | 'caution' | 'high';
  reasons: StoredReason[];
}

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
      reasons: sql.placeholder('reasons'),
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
        reasons: sql`excluded.reasons`,
        cached_at: sql`excluded.cached_at`,
        expires_at: sql`excluded.expires_at`,
      },
    })
    .prepare(),
}));

/** The result for a URL that the current model version has judged within the TTL. */
export function findCachedResult(ctx: Context, url: CanonicalUrl): ScanResult | null {
  const verdict = findCachedVerdict(ctx, url.hash);
  return verdict && { verdict, list: null, cached: true };
}

function findCachedVerdict({ db, classifier, clock }: Context, url_hash: string): CacheRow | null {
  const row = statements(db).find.get({ url_hash, model_version: classifier.info.model_version });
  return row && row.expires_at > clock.now() ? row : null;
}

/** Caches a verdict, replacing an older one. */
export function storeVerdict(
  db: Db,
  key: { url_hash: string; model_version: string; url: string },
  verdict: StoredVerdict,
  now: number,
): void {
  const { url_hash, model_version, url } = key;
  const { analysis_result, confidence, risk_score, risk_level, reasons } = verdict;
  // Field by field, since spreading into an object is slow on this path.
  statements(db).put.run({
    url_hash,
    model_version,
    url,
    analysis_result,
    confidence,
    risk_score,
    risk_level,
    reasons,
    cached_at: now,
    expires_at: now + CACHE_TTL_MS,
  });
}

/** The cached verdict of a URL's hash. Throws NOT_FOUND when there is none, or it has expired. */
export function getCachedVerdict(ctx: Context, input: { url_hash: string }): z.infer<typeof CachedVerdict> {
  const row = findCachedVerdict(ctx, input.url_hash);
  if (!row) throw new ApiError('NOT_FOUND');
  const { url, analysis_result, confidence, cached_at, expires_at } = row;
  return { url, analysis_result, confidence, cached_at: toIso(cached_at), expires_at: toIso(expires_at) };
}
