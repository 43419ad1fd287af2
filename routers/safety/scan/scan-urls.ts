import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { analyzeUrls } from './analyze-urls.ts';
import { SafetyVerdictSchema, ScanVerdict, UrlHash } from './schemas.ts';

/** URLs of one run of the model. */
const MAX_RUN_URLS = 100;

/** The stored verdict on a URL that was found in a text, a commit or a trace. */
export const UrlFindingSchema = z.object({
  url: z.string().meta({ example: 'https://example.com' }),
  /** absent in findings that an older version stored */
  verdict: SafetyVerdictSchema.optional(),
  analysis_result: ScanVerdict,
  risk_score: z.number(),
  risk_level: z.enum(['low', 'caution', 'high']),
  url_hash: UrlHash,
  domain: z.string().meta({ example: 'example.com' }),
});

/**
 * `analyzeUrls` for the URLs in a text: any number, with their findings by URL. It records the scans and counts none
 * against a rate limit. URLs that cannot be scanned are left out. Throws MODEL_ERROR.
 */
export async function scanUrls(
  ctx: Context,
  urls: readonly string[],
): Promise<Map<string, z.infer<typeof UrlFindingSchema>>> {
  const findings = new Map<string, z.infer<typeof UrlFindingSchema>>();
  const distinct = [...new Set(urls)];
  for (let at = 0; at < distinct.length; at += MAX_RUN_URLS) {
    const { results } = await analyzeUrls(ctx, distinct.slice(at, at + MAX_RUN_URLS), true);
    for (const result of results) {
      if ('error_code' in result) continue;
      const { risk_score, risk_level, url_hash, domain } = result.details;
      const { url, verdict, analysis_result } = result;
      findings.set(url, { url, verdict, analysis_result, risk_score, risk_level, url_hash, domain });
    }
  }
  return findings;
}
