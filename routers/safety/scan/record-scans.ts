import { transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { recordHistory } from '../history/record.ts';
import { storeVerdict } from './cache.ts';
import type { UrlScan } from './known-result.ts';
import { recordModelStats } from './model-stats.ts';

/** Records scans in the cache, the statistics, the caller's history and the events, in one transaction. */
export function recordScans(ctx: Context, scans: readonly UrlScan[], now: number): void {
  transact(ctx.db, () => {
    for (const scan of scans) {
      recordVerdict(ctx, scan, now);
      recordForCaller(ctx, scan, now);
    }
    emitScansRecorded(ctx, scans);
  });
  for (const { result } of scans) {
    ctx.metrics.scan(result.list ? 'list' : result.cached ? 'cache' : 'model');
  }
}

function recordVerdict({ db, classifier }: Context, { request, result }: UrlScan, now: number): void {
  const { model_version } = classifier.info;
  const { verdict, list, cached } = result;
  if (!cached && !list) {
    const { hash: url_hash, href: url } = request.url;
    storeVerdict(db, { url_hash, model_version, url }, verdict, now);
  }
  const dangerous = verdict.analysis_result === 'dangerous';
  recordModelStats(db, model_version, { cached, risk: list ? null : verdict.risk_score, dangerous }, now);
}

/** A scan that was found dangerous for the first time is an event; from the cache it is not. */
function recordForCaller(ctx: Context, { request, result }: UrlScan, scanned_at: number): void {
  const { caller } = ctx.auth;
  if (caller.kind === 'system' || caller.principal_id === null) return;
  const { principal_id } = caller;
  const { hash: url_hash, host } = request.url;
  const { analysis_result, confidence, risk_score } = result.verdict;
  recordHistory(ctx.db, {
    principal_id,
    url: request.sent,
    url_hash,
    analysis_result,
    confidence,
    scanned_at,
  });
  if (analysis_result === 'dangerous' && !result.cached) {
    ctx.emit({ type: 'scan.dangerous', principal_id, payload: { url_hash, host, risk_score } });
  }
}

function emitScansRecorded(ctx: Context, scans: readonly UrlScan[]): void {
  const { caller } = ctx.auth;
  if (caller.kind !== 'user' || scans.length === 0) return;
  const any_dangerous = scans.some(({ result }) => result.verdict.analysis_result === 'dangerous');
  ctx.emit({
    type: 'scans.recorded',
    principal_id: caller.principal_id,
    payload: { scans: scans.length, any_dangerous },
  });
}
