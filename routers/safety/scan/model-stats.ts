import { sql } from 'drizzle-orm';
import { type Db, preparedStatements, scan_days } from '../../../db/index.ts';
import { toUtcDate } from '../../core/days.ts';

export interface ScanStat {
  cached: boolean;
  /** null when the model was not asked, because a list decided */
  risk: number | null;
  dangerous: boolean;
}

const statements = preparedStatements((db) => ({
  add: db
    .insert(scan_days)
    .values({
      day: sql.placeholder('day'),
      model_version: sql.placeholder('model_version'),
      scans: 1,
      cached: sql.placeholder('cached'),
      dangerous: sql.placeholder('dangerous'),
      judged: sql.placeholder('judged'),
      risk_sum: sql.placeholder('risk'),
    })
    .onConflictDoUpdate({
      target: [scan_days.day, scan_days.model_version],
      set: {
        scans: sql`${scan_days.scans} + 1`,
        cached: sql`${scan_days.cached} + excluded.cached`,
        dangerous: sql`${scan_days.dangerous} + excluded.dangerous`,
        judged: sql`${scan_days.judged} + excluded.judged`,
        risk_sum: sql`${scan_days.risk_sum} + excluded.risk_sum`,
      },
    })
    .prepare(),
}));

/** Adds one scan to the statistics of its day and model version. */
export function recordModelStats(
  db: Db,
  model_version: string,
  { cached, risk, dangerous }: ScanStat,
  now: number,
): void {
  const isClassified = !cached && risk !== null;
  statements(db).add.run({
    day: toUtcDate(now),
    model_version,
    cached: Number(cached),
    dangerous: Number(dangerous),
    judged: Number(isClassified),
    risk: isClassified ? risk : 0,
  });
}
