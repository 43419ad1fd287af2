import { eq } from 'drizzle-orm';
import { type Db, scan_feedback } from '../../../db/index.ts';

/** A row of training data. */
export interface LabelledUrl {
  url: string;
  /** 1: malicious */
  label: 0 | 1;
  source: 'feedback';
}

/** What confirmed reports teach: each URL once, as the newest of its reports says. */
export function listConfirmedUrls(db: Db): LabelledUrl[] {
  const rows = db
    .select({ url: scan_feedback.url, verdict: scan_feedback.verdict })
    .from(scan_feedback)
    .where(eq(scan_feedback.outcome, 'confirmed'))
    .orderBy(scan_feedback.decided_at)
    .all();
  const labels = new Map(rows.map(({ url, verdict }) => [url, verdict === 'dangerous' ? 1 : 0] as const));
  return [...labels].map(([url, label]) => ({ url, label, source: 'feedback' }));
}
