import { and, eq, gt, lte, sql } from 'drizzle-orm';
import { content_claims } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';

/** Longer than a deletion in an object store may take. */
const CONTENT_LEASE_MS = 15 * 60_000;

export interface ContentLease {
  /** Whether no other process has acquired it since; a process that was suspended may have lost it. */
  isHeld(): boolean;
  release(): void;
}

/** Leases of contents: one process at a time may store or delete a content. */
export interface ContentLeases {
  /** Null while another holder has the content. */
  acquire(sha256: string): ContentLease | null;
}

export function createContentLeases({
  db,
  clock,
  random,
}: Pick<Deps, 'db' | 'clock' | 'random'>): ContentLeases {
  return {
    acquire(sha256) {
      const [now, holder] = [clock.now(), random.uuid()];
      const expires_at = now + CONTENT_LEASE_MS;
      // An end further ahead than any lease reaches comes from a clock that was set back since.
      const isFree = sql`${lte(content_claims.expires_at, now)} or ${gt(content_claims.expires_at, expires_at)}`;
      const row = db
        .insert(content_claims)
        .values({ sha256, holder, expires_at })
        .onConflictDoUpdate({
          target: content_claims.sha256,
          set: { holder: sql`excluded.holder`, expires_at: sql`excluded.expires_at` },
          setWhere: isFree,
        })
        .returning({ holder: content_claims.holder })
        .get();
      if (!row) return null;
      const isOwnLease = and(eq(content_claims.sha256, sha256), eq(content_claims.holder, holder));
      return {
        isHeld: () =>
          db.select({ holder: content_claims.holder }).from(content_claims).where(isOwnLease).get() !==
          undefined,
        release: () => void db.delete(content_claims).where(isOwnLease).run(),
      };
    },
  };
}
