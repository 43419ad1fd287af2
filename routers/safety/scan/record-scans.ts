import { transact } from '../../../db/index.ts';
import type { SafetyVerdict } from '../../../ml/url/judge.ts';
import type { Context } from '../../core/context.ts';
import { recordHistory } from '../history/record.ts';
import { storeVerdict } from './cache.ts';
import { recordModelStats } from './model-stats.ts';
import type { UrlScan } from './url-scan.ts';

/** What a caller scanned: an entry of the history, and an event when it is dangerous and new. */
export interface ScanRecord {
  kind: 'url' | 'qr' | 'message';
  /** as it may be stored: without secrets, of messages without personal data */
  text: string;
  /** of the canonical URL, else of `text` */
  hash: string;
  /** of the link that decided; null when it was none */
  host: string | null;
  verdict: SafetyVerdict;
  risk_score: number;
  confidence: number;
  /** not answered from the cache */
  isNew: boolean;
}

/**
 * Records scans in the cache and the statistics, and what the caller scanned in the history and as events, in one
 * transaction. Each URL is a record of its own unless `records` says what it was found in.
 */
export function recordScans(
  ctx: Context,
  scans: readonly UrlScan[],
  now: number,
  records: readonly ScanRecord[] = scans.map(toUrlRecord),
): void {
  transact(ctx.db, () => {
    for (const scan of scans) {
      recordVerdict(ctx, scan, now);
      if (scan.target) cacheVerdict(ctx, scan.target, now);
    }
    for (const record of records) recordForCaller(ctx, record, now);
    emitScansRecorded(ctx, records);
  });
  for (const { list, feeds, cached } of scans) {
    ctx.metrics.scan(list ? 'list' : feeds ? 'feed' : cached ? 'cache' : 'model');
  }
}

function toUrlRecord({ sent, url: { hash, host }, verdict: own, cached }: UrlScan): ScanRecord {
  const { verdict, risk_score, confidence } = own;
  return { kind: 'url', text: sent, hash, host, verdict, risk_score, confidence, isNew: !cached };
}

function isDecidedByList({ list, feeds }: UrlScan): boolean {
  return list !== null || feeds !== undefined;
}

function cacheVerdict({ db, classifier }: Context, scan: UrlScan, now: number): void {
  const { url, verdict, risks, cached } = scan;
  if (cached || isDecidedByList(scan)) return;
  const key = { url_hash: url.hash, model_version: classifier.info.model_version, url: url.href };
  storeVerdict(db, key, verdict, risks, now);
}

function recordVerdict(ctx: Context, scan: UrlScan, now: number): void {
  const { verdict, cached } = scan;
  cacheVerdict(ctx, scan, now);
  const dangerous = verdict.analysis_result === 'dangerous';
  recordModelStats(
    ctx.db,
    ctx.classifier.info.model_version,
    { cached, risk: isDecidedByList(scan) ? null : verdict.risk_score, dangerous },
    now,
  );
}

/** Adds to the history. A dangerous scan that the cache did not answer is an event, too. */
function recordForCaller(ctx: Context, record: ScanRecord, scanned_at: number): void {
  const { caller } = ctx.auth;
  if (caller.kind === 'system' || caller.principal_id === null) return;
  const { principal_id } = caller;
  const { kind, text: url, hash: url_hash, host, verdict, risk_score, confidence, isNew } = record;
  const analysis_result = verdict === 'dangerous' ? 'dangerous' : 'safe';
  recordHistory(ctx.db, {
    principal_id,
    url,
    url_hash,
    kind,
    verdict,
    analysis_result,
    confidence,
    scanned_at,
  });
  if (verdict === 'dangerous' && isNew) {
    ctx.emit({
      type: 'scan.dangerous',
      principal_id,
      payload: { url_hash, host, risk_score, kind, verdict },
    });
  }
}

function emitScansRecorded(ctx: Context, records: readonly ScanRecord[]): void {
  const { caller } = ctx.auth;
  if (caller.kind !== 'user' || records.length === 0) return;
  const any_dangerous = records.some(({ verdict }) => verdict === 'dangerous');
  ctx.emit({
    type: 'scans.recorded',
    principal_id: caller.principal_id,
    payload: { scans: records.length, any_dangerous },
  });
}
