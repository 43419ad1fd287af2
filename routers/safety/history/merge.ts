import { eq } from 'drizzle-orm';
import { scan_feedback, scan_history, type Tx } from '../../../db/index.ts';

/** What a guest scanned and reported becomes the user's. */
export function mergeHistory(tx: Tx, guest: number, user: number): void {
  for (const table of [scan_history, scan_feedback]) {
    tx.update(table).set({ principal_id: user }).where(eq(table.principal_id, guest)).run();
  }
}
