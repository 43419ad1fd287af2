import { sql } from 'drizzle-orm';
import { type Db, preparedStatements, scan_history } from '../../../db/index.ts';

export type HistoryRecord = {
  principal_id: number;
  url: string;
  url_hash: string;
  kind: 'url' | 'qr' | 'message';
  verdict: 'safe' | 'caution' | 'dangerous';
  analysis_result: 'safe' | 'dangerous';
  confidence: number;
  scanned_at: number;
};

const statements = preparedStatements((db) => ({
  insert: db
    .insert(scan_history)
    .values({
      principal_id: sql.placeholder('principal_id'),
      url: sql.placeholder('url'),
      url_hash: sql.placeholder('url_hash'),
      kind: sql.placeholder('kind'),
      verdict: sql.placeholder('verdict'),
      analysis_result: sql.placeholder('analysis_result'),
      confidence: sql.placeholder('confidence'),
      scanned_at: sql.placeholder('scanned_at'),
    })
    .prepare(),
}));

/** Adds one scan to its caller's history. */
export function recordHistory(db: Db, record: HistoryRecord): void {
  statements(db).insert.run(record);
}
