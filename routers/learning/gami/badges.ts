import { and, eq, gt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_ledger, gami_profiles } from '../../../db/index.ts';
import content from '../../../db/seed-data/badges.json' with { type: 'json' };
import type { Language } from '../../../ml/text/language.ts';
import type { LocalizedTitles } from '../../core/events/types.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { type Counter, type RARITIES, toLevel } from './rules.ts';
import type { BadgeList, BadgeProgress, ListBadgesInput } from './schemas.ts';

export interface Badge {
  code: string;
  name: LocalizedTitles;
  description: LocalizedTitles;
  /** what a user must do for it, as a text */
  condition: LocalizedTitles;
  icon: string;
  rarity: (typeof RARITIES)[number];
  counter: Counter | 'level';
  target: number;
}

export const BADGES = content.badges as Badge[];

export function findBadge(code: unknown): Badge | undefined {
  return BADGES.find((badge) => badge.code === code);
}

/** Every badge with the progress of a user. */
export function listUserBadges(db: Db, user_id: number, language: Language): BadgeProgress[] {
  const profile = db.select().from(gami_profiles).where(eq(gami_profiles.user_id, user_id)).get();
  const rows = db
    .select({ detail: gami_ledger.detail, at: gami_ledger.created_at })
    .from(gami_ledger)
    .where(and(eq(gami_ledger.user_id, user_id), eq(gami_ledger.rule, 'badge'), gt(gami_ledger.xp, sql`0`)))
    .all();
  const earned = new Map(rows.map(({ detail, at }) => [detail.code, at]));
  return BADGES.map(({ code, name, description, icon, rarity, condition, counter, target }) => {
    const reached = counter === 'level' ? toLevel(profile?.xp ?? 0) : (profile?.[counter] ?? 0);
    const at = earned.get(code);
    return {
      code,
      name: name[language],
      description: description[language],
      icon,
      rarity,
      condition: condition[language],
      progress: { current: Math.min(reached, target), target },
      is_earned: at !== undefined,
      earned_at: at === undefined ? null : toIso(at),
    };
  });
}

/** The caller's badges and those still to be earned. */
export function listBadges(
  ctx: UserContext,
  { status }: z.infer<typeof ListBadgesInput>,
): z.infer<typeof BadgeList> {
  const all = listUserBadges(ctx.db, ctx.caller.principal_id, ctx.language);
  const earned = all.filter(({ is_earned }) => is_earned);
  const available = all.filter(({ is_earned }) => !is_earned);
  return {
    earned: status === 'available' ? [] : earned,
    available: status === 'earned' ? [] : available,
    total_earned: earned.length,
    total_available: available.length,
  };
}
