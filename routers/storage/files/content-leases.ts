import { and, eq, sql } from 'drizzle-orm';
import { content_claims, preparedStatements } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';

/** Longer than a deletion in an object store may take. */
const CLAIM_MS = 15 * 60_000;

const mine = and(
  eq(content_claims.sha256, sql.placeholder('sha256')),
  eq(content_claims.holder, sql.placeholder('holder')),
);

const statements = preparedStatements((db) => ({
  take: db
    .insert(content_claims)
    .values({
      sha256: sql.placeholder('sha256'),
      holder: sql.placeholder('holder'),
      expires_at: sql.placeholder('expires_at'),
    })
    .onConflictDoUpdate({
      target: content_claims.sha256,
      set: { holder: sql`excluded.holder`, expires_at: sql`excluded.expires_at` },
      // Further ahead than any claim reaches: the clock was set back since.
      setWhere: sql`${content_claims.expires_at} <= ${sql.placeholder('now')} or ${content_claims.expires_at} > ${sql.placeholder('furthest')}`,
    })
    .returning({ holder: content_claims.holder })
    .prepare(),
  held: db.select({ holder: content_claims.holder }).from(content_claims).where(mine).prepare(),
  release: db.delete(content_claims).where(mine).prepare(),
}));

export interface ContentLease {
  /** Whether nobody has taken it since: a process that slept for long may have lost it. */
  held(): boolean;
  release(): void;
}

/** Contents that one process at a time may store or delete. */
export interface ContentLeases {
  /** Null while someone else has the content. */
  take(sha256: string): ContentLease | null;
}

export function createContentLeases({
  db,
  clock,
  random,
}: Pick<Deps, 'db' | 'clock' | 'random'>): ContentLeases {
  return {
    take(sha256) {
      const [now, holder] = [clock.now(), random.uuid()];
      const expires_at = now + CLAIM_MS;
      if (!statements(db).take.get({ sha256, holder, now, expires_at, furthest: expires_at })) return null;
      return {
        held: () => statements(db).held.get({ sha256, holder }) !== undefined,
        release: () => void statements(db).release.run({ sha256, holder }),
      };
    },
  };
}
