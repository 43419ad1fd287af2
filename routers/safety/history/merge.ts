import { eq } from 'drizzle-orm';
import { type Db, scan_feedback, scan_history } from '../../../db/index.ts';

/** Moves the scans and reports of a guest to the user account. */
export function mergeHistory(db: Db, guest: number, user: number): void {
  for (const table of [scan_history, scan_feedback]) {
    db.update(table).set({ principal_id: user }).where(eq(table.principal_id, guest)).run();
  }
}
