import { and, count, desc, eq, ne } from 'drizzle-orm';
import { z } from 'zod';
import { scan_feedback, url_analysis_cache, users } from '../../../db/index.ts';
import { adminProcedure, type UserContext } from '../../core/procedures.ts';
import { Limit, Offset, Timestamp, toIso } from '../../core/wire-types.ts';
import { Verdict } from './schemas.ts';

const FeedbackListInput = z.object({
  verdict: Verdict.optional().meta({ description: 'What people said it is' }),
  analysis_result: Verdict.optional().meta({ description: 'What the product had said' }),
  disagreeing: z.boolean().default(false).meta({ description: 'Only where the two differ' }),
  limit: Limit(50),
  offset: Offset,
});

const FeedbackEntry = z
  .object({
    id: z.int(),
    url: z.string().meta({ example: 'https://example.com/' }),
    url_hash: z.string(),
    verdict: Verdict.meta({ description: 'What the reporter says it is' }),
    analysis_result: Verdict.meta({ description: 'What the product had said' }),
    risk_score: z.number(),
    model_version: z.string(),
    now: z
      .object({ analysis_result: Verdict, risk_score: z.number(), model_version: z.string() })
      .nullable()
      .meta({ description: 'What the present model says, while that is in the cache' }),
    comment: z.string().nullable(),
    username: z.string().nullable().meta({ description: 'null for guests' }),
    created_at: Timestamp,
  })
  .meta({ id: 'ScanFeedbackEntry' });
const FeedbackPage = z.object({ total: z.int(), feedback: z.array(FeedbackEntry) });

/** Verdicts that were reported wrong, newest first, with the product's own beside them. */
function listFeedback(
  ctx: UserContext,
  input: z.infer<typeof FeedbackListInput>,
): z.infer<typeof FeedbackPage> {
  const wanted = and(
    input.verdict && eq(scan_feedback.verdict, input.verdict),
    input.analysis_result && eq(scan_feedback.analysis_result, input.analysis_result),
    input.disagreeing ? ne(scan_feedback.verdict, scan_feedback.analysis_result) : undefined,
  );
  const total = ctx.db.select({ n: count() }).from(scan_feedback).where(wanted).get()?.n ?? 0;
  const { analysis_result, risk_score, model_version } = url_analysis_cache;
  const present = and(
    eq(url_analysis_cache.url_hash, scan_feedback.url_hash),
    eq(model_version, ctx.classifier.info.model_version),
  );
  const rows = ctx.db
    .select({
      told: scan_feedback,
      now: { analysis_result, risk_score, model_version },
      username: users.username,
    })
    .from(scan_feedback)
    .leftJoin(url_analysis_cache, present)
    .leftJoin(users, eq(users.id, scan_feedback.principal_id))
    .where(wanted)
    .orderBy(desc(scan_feedback.id))
    .limit(input.limit)
    .offset(input.offset)
    .all();
  return {
    total,
    feedback: rows.map(({ told: { principal_id, ...row }, now, username }) => ({
      ...row,
      now,
      username,
      created_at: toIso(row.created_at),
    })),
  };
}

export const listScanFeedback = adminProcedure
  .meta({
    openapi: {
      method: 'GET',
      path: '/admin/scan/feedback',
      tags: ['Admin'],
      summary: 'Verdicts that were reported wrong',
    },
  })
  .input(FeedbackListInput)
  .output(FeedbackPage)
  .query(({ ctx, input }) => listFeedback(ctx, input));
