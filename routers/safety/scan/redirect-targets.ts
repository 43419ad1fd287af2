import { eq, sql } from 'drizzle-orm';
import { preparedStatements, redirect_targets, transact } from '../../../db/index.ts';
import { type CanonicalUrl, canonicalize } from '../../../ml/url/canonical.ts';
import type { Context } from '../../core/context.ts';
import { DAY_MS } from '../../core/days.ts';
import type { Resolution } from './follow-redirector.ts';

/** A redirector that did not answer is asked again after it. */
const FAILURE_TTL_MS = 10 * 60_000;

const statements = preparedStatements((db) => ({
  find: db
    .select()
    .from(redirect_targets)
    .where(eq(redirect_targets.url_hash, sql.placeholder('url_hash')))
    .prepare(),
}));

/** What a redirector answered within the last day. */
export function findResolution({ db, clock }: Context, { hash }: CanonicalUrl): Resolution | null {
  const row = statements(db).find.get({ url_hash: hash });
  if (!row || row.expires_at <= clock.now()) return null;
  const target = row.target === null ? null : canonicalize(row.target);
  return target ? { target } : row.failure ? { failure: row.failure } : null;
}

/** Keeps what a redirector answered, replacing an older answer. */
export function storeResolution(
  { db, clock }: Context,
  { hash }: CanonicalUrl,
  resolution: Resolution,
): void {
  const isKnown = 'target' in resolution;
  const values = {
    target: isKnown ? resolution.target.href : null,
    failure: isKnown ? null : resolution.failure,
    expires_at: clock.now() + (isKnown ? DAY_MS : FAILURE_TTL_MS),
  };
  transact(db, () =>
    db
      .insert(redirect_targets)
      .values({ url_hash: hash, ...values })
      .onConflictDoUpdate({ target: redirect_targets.url_hash, set: values })
      .run(),
  );
}
