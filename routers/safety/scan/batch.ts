import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { findKnownResult, parseUrl, recordScans, type ScanRequest, type ScanResult } from './analyze.ts';
import type { StoredVerdict } from './cache.ts';
import { classifyUrls } from './classify-urls.ts';
import type { Analysis, BatchInput, BatchResult } from './schemas.ts';

type BatchItem = { asked: ScanRequest; found: ScanResult | null } | { sent: string; refused: ApiError };

/** Judges many URLs in one run of the model. One that cannot be judged does not spoil the rest. */
export async function analyzeBatch(ctx: Context, input: z.infer<typeof BatchInput>): Promise<BatchResult> {
  ctx.consume('scan', input.urls.length);
  return analyzeUrls(ctx, input.urls, input.use_cache);
}

/** The same without counting against a rate: the caller has counted. */
export async function analyzeUrls(
  ctx: Context,
  urls: readonly string[],
  use_cache: boolean,
): Promise<BatchResult> {
  const rows = urls.map((sent): BatchItem => {
    try {
      const asked = parseUrl(sent);
      return { asked, found: findKnownResult(ctx, asked.url, use_cache) };
    } catch (error) {
      if (error instanceof ApiError) return { sent, refused: error };
      throw error;
    }
  });
  const readable = rows.filter((row) => 'asked' in row);
  const open = readable.filter(({ found }) => !found);
  const verdicts =
    open.length > 0
      ? await classifyUrls(
          ctx,
          open.map(({ asked }) => asked.url),
        )
      : [];
  open.forEach((row, i) => {
    row.found = { verdict: verdicts[i] as StoredVerdict, list: null, cached: false };
  });
  const analyses = recordScans(ctx, readable as { asked: ScanRequest; found: ScanResult }[]);
  let next = 0;
  const results = rows.map((row) =>
    'asked' in row ? (analyses[next++] as Analysis) : failure(ctx, row.sent, row.refused),
  );
  const dangerous = analyses.filter(({ analysis_result }) => analysis_result === 'dangerous').length;
  const safe = analyses.length - dangerous;
  return { results, dangerous, safe, failed: rows.length - analyses.length };
}

function failure({ language }: Context, url: string, error: ApiError) {
  return { url, error_code: error.reason, message: error.sentence(language) };
}
