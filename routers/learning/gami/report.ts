import { and, eq, or } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_ledger, users } from '../../../db/index.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { withIdempotencyKey } from '../../core/idempotency.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { award, toEventContext } from './award.ts';
import { listBadgesOfUser } from './badges.ts';
import { getGamiProfile } from './profile.ts';
import { findReportableEvent, type ReportableEvent } from './reportable.ts';
import { type Earning, toEarningKey } from './rules.ts';
import type { Reported, ReportInput } from './schemas.ts';

type Input = z.output<typeof ReportInput>;

/**
 * Rewards an event that a client or a service tells of, once. A service and an administrator are believed; what users
 * say of themselves must be on record here. Throws NOT_FOUND for an event, a user or a thing there is not,
 * FORBIDDEN for a user who names another, INVALID_INPUT for a context that does not say which commit or quiz it was.
 */
export function reportEvent(ctx: KeyContext, input: Input): z.infer<typeof Reported> {
  const { name, event } = eventNamed(input);
  const context = input.context ?? input.metadata ?? {};
  return withIdempotencyKey(ctx, 'gami.report', () => {
    const { user_id, believed } = subjectOf(ctx, input.user_id ?? null);
    const earnings = event.read(context);
    const duplicate = knows(ctx.db, user_id, earnings[0]);
    if (!duplicate && !believed && event.by === 'service') throw notOnRecord();
    const at = ctx.clock.now();
    const gains = duplicate ? null : award(toEventContext(ctx), user_id, earnings, { at, event_id: null });
    const won = new Set(gains?.badges.map(({ code }) => code));
    return {
      event: { event_name: name, user_id, context, created_at: toIso(at) },
      profile: getGamiProfile(ctx, user_id),
      rewards: { xp: gains?.xp ?? 0, points: gains?.points ?? 0 },
      badges_unlocked: listBadgesOfUser(ctx.db, user_id, ctx.language).filter(({ code }) => won.has(code)),
      duplicate: duplicate || (earnings.length === 0 && gains?.first_today === false),
    };
  });
}

/** Existing clients write names in capitals, and call them codes. */
function eventNamed(input: Input): { name: string; event: ReportableEvent } {
  const told = input.event_name ?? input.event_code;
  if (told === undefined) {
    throw invalid('event_name', '이벤트 이름이 필요합니다', 'The name of the event is needed');
  }
  const found = findReportableEvent(told);
  if (found) return found;
  throw new ApiError('NOT_FOUND', {
    issues: [{ path: 'event_name', ko: '알 수 없는 이벤트입니다', en: 'There is no such event' }],
  });
}

/** Whose event it is, and whether the caller is believed. */
function subjectOf({ db, caller }: KeyContext, named: number | string | null) {
  const service = caller.kind === 'key';
  if (named === null) return { user_id: caller.principal_id, believed: service };
  const number = Number(named);
  const row = db
    .select({ id: users.id })
    .from(users)
    .where(or(eq(users.user_id, String(named)), Number.isInteger(number) ? eq(users.id, number) : undefined))
    .get();
  const believed = service || caller.role === 'admin';
  if (!believed && row?.id !== caller.principal_id) throw new ApiError('FORBIDDEN');
  if (!row) throw new ApiError('NOT_FOUND');
  return { user_id: row.id, believed };
}

function knows(db: Db, user_id: number, earning: Earning | undefined): boolean {
  if (!earning) return false;
  const same = and(eq(gami_ledger.user_id, user_id), eq(gami_ledger.key, toEarningKey(earning)));
  return db.select({ id: gami_ledger.id }).from(gami_ledger).where(same).get() !== undefined;
}

function notOnRecord(): ApiError {
  return new ApiError('NOT_FOUND', {
    issues: [
      {
        path: 'context',
        ko: '서버에 그런 기록이 없습니다',
        en: 'Nothing of the kind is on record here',
      },
    ],
  });
}
