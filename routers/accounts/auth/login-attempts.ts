import { and, eq, gt, sql } from 'drizzle-orm';
import { type Db, login_addresses } from '../../../db/index.ts';
import { toAddressKey } from '../../core/address.ts';
import type { Context } from '../../core/context.ts';
import { DAY_MS } from '../../core/days.ts';
import { hashToken } from './hash-token.ts';

/** How long an address counts as one that has logged in to an account. */
const ADDRESS_TTL_MS = 90 * DAY_MS;

export interface LoginAttempt {
  /** Only attempts that fail count. */
  succeed(): void;
}

/**
 * Counts an attempt to get into an account, by its password or through a provider: per address, per account and address,
 * and per account for all addresses that have never logged in to it, so that those who have are not kept out by others.
 * Attempts are counted before their outcome is known, so that many at once are no more than one after the other. Throws
 * RATE_LIMIT_EXCEEDED.
 *
 * @param account what stands for the account in the keys of the limits; null when it is not known yet
 */
export function countAttempt(ctx: Context, account: string | null): LoginAttempt {
  const refunds = [ctx.consume('login')];
  try {
    if (account !== null) {
      const address = toAddressKey(ctx.http?.address ?? 'internal');
      refunds.push(ctx.consume('login_account', 1, `${account}@${address}`));
      if (!isKnownAddress(ctx, account)) refunds.push(ctx.consume('login_unknown_address', 1, account));
    }
  } catch (error) {
    // The password of a refused attempt is not checked, so the attempt does not count.
    for (const refund of refunds) refund();
    throw error;
  }
  return {
    succeed: () => {
      for (const refund of refunds) refund();
    },
  };
}

function isKnownAddress({ db, clock, http }: Context, account: string): boolean {
  const [, id] = /^user:(\d+)$/.exec(account) ?? [];
  if (id === undefined || !http) return false;
  const isKnown = and(
    eq(login_addresses.user_id, Number(id)),
    eq(login_addresses.address_hash, toAddressHash(http.address)),
    gt(login_addresses.expires_at, clock.now()),
  );
  return db.select().from(login_addresses).where(isKnown).get() !== undefined;
}

/** Remembers that an address has logged in to an account. */
export function rememberAddress(db: Db, user_id: number, address: string, now: number): void {
  const expires_at = now + ADDRESS_TTL_MS;
  db.insert(login_addresses)
    .values({ user_id, address_hash: toAddressHash(address), expires_at })
    .onConflictDoUpdate({
      target: [login_addresses.user_id, login_addresses.address_hash],
      set: { expires_at: sql`excluded.expires_at` },
    })
    .run();
}

function toAddressHash(address: string): string {
  return hashToken(toAddressKey(address));
}
