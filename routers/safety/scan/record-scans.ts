import { transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { recordHistory } from '../history/record.ts';
import { storeVerdict } from './cache.ts';
import { recordModelStats } from './model-stats.ts';
import type { UrlScan } from './url-scan.ts';

/** Records scans in the cache, the statistics, the caller's history and the events, in one transaction. */
export function recordScans(ctx: Context, scans: readonly UrlScan[], now: number): void {
  transact(ctx.db, () => {
    for (const scan of scans) {
      recordVerdict(ctx, scan, now);
      recordForCaller(ctx, scan, now);
    }
    emitScansRecorded(ctx, scans);
  });
  for (const { list, feeds, cached } of scans) {
    ctx.metrics.scan(list ? 'list' : feeds ? 'feed' : cached ? 'cache' : 'model');
  }
}

function recordVerdict(
  { db, classifier }: Context,
  { url, verdict, list, feeds, cached }: UrlScan,
  now: number,
): void {
  const { model_version } = classifier.info;
  const isKnown = list !== null || feeds !== undefined;
  if (!cached && !isKnown) {
    storeVerdict(db, { url_hash: url.hash, model_version, url: url.href }, verdict, now);
  }
  const dangerous = verdict.analysis_result === 'dangerous';
  recordModelStats(db, model_version, { cached, risk: isKnown ? null : verdict.risk_score, dangerous }, now);
}

/** Adds the scan to the caller's history. A dangerous verdict that is not from the cache is an event. */
function recordForCaller(ctx: Context, { sent, url, verdict, cached }: UrlScan, scanned_at: number): void {
  const { caller } = ctx.auth;
  if (caller.kind === 'system' || caller.principal_id === null) return;
  const { principal_id } = caller;
  const { hash: url_hash, host } = url;
  const { analysis_result, confidence, risk_score } = verdict;
  recordHistory(ctx.db, {
    principal_id,
    url: sent,
    url_hash,
    analysis_result,
    confidence,
    scanned_at,
  });
  if (analysis_result === 'dangerous' && !cached) {
    ctx.emit({ type: 'scan.dangerous', principal_id, payload: { url_hash, host, risk_score } });
  }
}

function emitScansRecorded(ctx: Context, scans: readonly UrlScan[]): void {
  const { caller } = ctx.auth;
  if (caller.kind !== 'user' || scans.length === 0) return;
  const any_dangerous = scans.some(({ verdict }) => verdict.analysis_result === 'dangerous');
  ctx.emit({
    type: 'scans.recorded',
    principal_id: caller.principal_id,
    payload: { scans: scans.length, any_dangerous },
  });
}
