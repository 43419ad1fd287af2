import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { gami_ledger } from '../../../db/index.ts';
import type { Language } from '../../../ml/text/language.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { findBadge } from './badges.ts';
import type { ActivityList, ListActivitiesInput } from './schemas.ts';

/** The title of a ledger entry by its rule. */
const RULE_TITLES: Record<string, Record<Language, string>> = {
  daily_activity: { ko: '오늘의 첫 활동', en: 'First activity of the day' },
  first_commit: { ko: '첫 커밋', en: 'First commit' },
  commit: { ko: '커밋', en: 'Commit' },
  quiz_finished: { ko: '퀴즈 완료', en: 'Quiz finished' },
  code_generation: { ko: '코드 생성 완료', en: 'Code generated' },
  dangerous_link_reported: { ko: '위험한 링크 신고', en: 'Dangerous link reported' },
  task_completed: { ko: '과제 완료', en: 'Task completed' },
  badge: { ko: '배지 획득', en: 'Badge earned' },
  redeem: { ko: '리워드 교환', en: 'Reward redeemed' },
  refund: { ko: '포인트 환불', en: 'Points given back' },
};

/** The caller's ledger, earnings and expenses, the newest first, without entries that changed nothing. */
export function listActivities(
  ctx: UserContext,
  { limit, offset, cursor }: z.output<typeof ListActivitiesInput>,
): z.infer<typeof ActivityList> {
  // The condition is written as in the partial index, so that SQLite uses it.
  const isOwn = and(eq(gami_ledger.user_id, ctx.caller.principal_id), sql`(xp <> 0 or points <> 0)`);
  const found = ctx.db
    .select()
    .from(gami_ledger)
    .where(and(isOwn, afterCursor(cursor, [[gami_ledger.id, 'desc']])))
    .orderBy(desc(gami_ledger.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.id]);
  const total = ctx.db.select({ n: count() }).from(gami_ledger).where(isOwn).get()?.n ?? 0;
  return { total, next_cursor, activities: rows.map((row) => toActivity(row, ctx.language)) };
}

function toActivity(row: typeof gami_ledger.$inferSelect, language: Language) {
  const { id, rule, xp, points, detail, created_at } = row;
  const title = RULE_TITLES[rule]?.[language] ?? rule;
  const badge = rule === 'badge' ? findBadge(detail.code) : undefined;
  return {
    id,
    rule,
    title: badge ? `${title}: ${badge.name[language]}` : title,
    xp,
    points,
    detail,
    created_at: toIso(created_at),
  };
}
