import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { scan_feedback, transact } from '../../../db/index.ts';
import { canonicalize } from '../../../ml/url/canonical.ts';
import { audit } from '../../core/audit.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { DecidedReport, DecideReportInput } from './admin-schemas.ts';

/** Decides on a report of a wrong verdict and tells the reporter. A later decision replaces it. Throws NOT_FOUND. */
export function decideReport(
  ctx: UserContext,
  { id, outcome, ...input }: z.infer<typeof DecideReportInput>,
): z.infer<typeof DecidedReport> {
  const decided_at = ctx.clock.now();
  const answer = input.answer ?? null;
  transact(ctx.db, () => {
    const before = ctx.db.select().from(scan_feedback).where(eq(scan_feedback.id, id)).get();
    if (!before) throw new ApiError('NOT_FOUND');
    ctx.db.update(scan_feedback).set({ outcome, answer, decided_at }).where(eq(scan_feedback.id, id)).run();
    audit(ctx, 'scan.decide_report', String(id), { outcome });
    const { principal_id, url, verdict } = before;
    const isSame = before.outcome === outcome && before.answer === answer;
    if (principal_id === null || isSame) return;
    const host = canonicalize(url)?.host ?? url;
    ctx.emit({
      type: 'report.decided',
      principal_id,
      payload: { feedback_id: id, host, verdict, outcome, answer },
    });
  });
  return { id, outcome, decided_at: toIso(decided_at) };
}
