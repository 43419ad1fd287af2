import { and, eq, sql } from 'drizzle-orm';
import { content_claims, prepared } from '../../../db/index.ts';
import type { Parts } from '../../context.ts';

/** Longer than any request to an object store may take. */
const CLAIM_MS = 15 * 60_000;

const statements = prepared((db) => ({
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
      setWhere: sql`${content_claims.expires_at} <= ${sql.placeholder('now')}`,
    })
    .returning({ holder: content_claims.holder })
    .prepare(),
  release: db
    .delete(content_claims)
    .where(
      and(
        eq(content_claims.sha256, sql.placeholder('sha256')),
        eq(content_claims.holder, sql.placeholder('holder')),
      ),
    )
    .prepare(),
}));

/** Contents that one process at a time may store or delete. */
export interface Claims {
  /** Takes a content: the answer gives it back. Null while someone else has it. */
  take(sha256: string): (() => void) | null;
}

export function claimsIn({ db, clock, random }: Pick<Parts, 'db' | 'clock' | 'random'>): Claims {
  return {
    take(sha256) {
      const [now, holder] = [clock.now(), random.uuid()];
      const taken = statements(db).take.get({ sha256, holder, now, expires_at: now + CLAIM_MS });
      return taken ? () => void statements(db).release.run({ sha256, holder }) : null;
    },
  };
}
