import { and, eq, or } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_ledger, users } from '../../../db/index.ts';
import { isAdmin } from '../../core/access.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { withIdempotencyKey } from '../../core/idempotency.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { award, toEventContext } from './award.ts';
import { listUserBadges } from './badges.ts';
import { getGamiProfile } from './profile.ts';
import { findReportableEvent, type ReportableEvent } from './reportable-events.ts';
import { type AwardEarning, toEarningKey } from './rules.ts';
import type { ReportEventInput, ReportedEvent } from './schemas.ts';

/**
 * Grants what an event reported by a client or a service earns, once. Services and administrators are trusted; what
 * users report of themselves must be on record. Throws NOT_FOUND for an unknown event or user and for what is not on
 * record, FORBIDDEN for a user who names another, INVALID_INPUT for a context that lacks the commit or quiz.
 */
export function reportEvent(
  ctx: KeyContext,
  input: z.output<typeof ReportEventInput>,
): z.infer<typeof ReportedEvent> {
  const { name, event } = getReportableEvent(input);
  const context = input.context ?? input.metadata ?? {};
  return withIdempotencyKey(ctx, 'gami.report', () => {
    const { user_id, believed: isTrusted } = getAwardedUser(ctx, input.user_id ?? null);
    const earnings = event.toEarnings(context);
    const duplicate = isInLedger(ctx.db, user_id, earnings[0]);
    if (!duplicate && !isTrusted && event.trustedSource === 'service') throw toNotOnRecordError();
    const at = ctx.clock.now();
    const awards = duplicate
      ? null
      : award(toEventContext(ctx), user_id, earnings, { at, event_id: null, is_trusted: isTrusted });
    const unlockedCodes = new Set(awards?.badges.map(({ code }) => code));
    return {
      event: { event_name: name, user_id, context, created_at: toIso(at) },
      profile: getGamiProfile(ctx, user_id),
      rewards: { xp: awards?.xp ?? 0, points: awards?.points ?? 0 },
      badges_unlocked: listUserBadges(ctx.db, user_id, ctx.language).filter(({ code }) =>
        unlockedCodes.has(code),
      ),
      duplicate: duplicate || (earnings.length === 0 && awards?.first_today === false),
    };
  });
}

/** Existing clients send the name in capitals, as `event_code`. */
function getReportableEvent(input: z.output<typeof ReportEventInput>): {
  name: string;
  event: ReportableEvent;
} {
  const name = input.event_name ?? input.event_code;
  if (name === undefined) {
    throw invalid('event_name', '이벤트 이름이 필요합니다', 'The name of the event is needed');
  }
  const reportable = findReportableEvent(name);
  if (reportable) return reportable;
  throw new ApiError('NOT_FOUND', {
    issues: [{ path: 'event_name', ko: '알 수 없는 이벤트입니다', en: 'There is no such event' }],
  });
}

/** The user whose event it is, and whether the caller is trusted. */
function getAwardedUser({ db, caller }: KeyContext, userRef: number | string | null) {
  const service = caller.kind === 'key';
  if (userRef === null) return { user_id: caller.principal_id, believed: service };
  const number = Number(userRef);
  const row = db
    .select({ id: users.id })
    .from(users)
    .where(
      or(eq(users.user_id, String(userRef)), Number.isInteger(number) ? eq(users.id, number) : undefined),
    )
    .get();
  const isTrusted = service || isAdmin(caller);
  if (!isTrusted && row?.id !== caller.principal_id) throw new ApiError('FORBIDDEN');
  if (!row) throw new ApiError('NOT_FOUND');
  return { user_id: row.id, believed: isTrusted };
}

function isInLedger(db: Db, user_id: number, earning: AwardEarning | undefined): boolean {
  if (!earning) return false;
  const isSameEarning = and(eq(gami_ledger.user_id, user_id), eq(gami_ledger.key, toEarningKey(earning)));
  return db.select({ id: gami_ledger.id }).from(gami_ledger).where(isSameEarning).get() !== undefined;
}

function toNotOnRecordError(): ApiError {
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
