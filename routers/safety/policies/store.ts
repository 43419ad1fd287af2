import { asc, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, policies, policy_versions, transact } from '../../../db/index.ts';
import content from '../../../db/seed-data/policies.json' with { type: 'json' };
import { type CompiledPolicies, compilePolicies, type Policy } from '../../../ml/text/policies.ts';
import type { Clock, Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import type { PolicySet } from './schemas.ts';

const POLICY_SET_ID = 1;

type PolicyRow = typeof policies.$inferSelect;
type PolicyVersion = typeof policy_versions.$inferSelect;

/** The version of the policies; at the first question those that ship are put in. */
export function getPolicyVersion(db: Db, clock: Clock): PolicyVersion {
  const known = db.select().from(policy_versions).where(eq(policy_versions.id, POLICY_SET_ID)).get();
  if (known) return known;
  const now = clock.now();
  return transact(db, () => {
    // Another process may have been first.
    const there = db.select().from(policy_versions).where(eq(policy_versions.id, POLICY_SET_ID)).get();
    if (there) return there;
    for (const policy of content.policies as Policy[])
      db.insert(policies).values(toPolicyRow(policy, now)).run();
    return db
      .insert(policy_versions)
      .values({ id: POLICY_SET_ID, version: 1, updated_at: now })
      .returning()
      .get();
  });
}

/** To be called in the transaction that changes a policy. */
export function bumpPolicyVersion(db: Db, now: number): void {
  db.update(policy_versions)
    .set({ version: sql`${policy_versions.version} + 1`, updated_at: now })
    .where(eq(policy_versions.id, POLICY_SET_ID))
    .run();
}

export function toPolicyRow(policy: Policy, updated_at: number): PolicyRow {
  return { ...policy, tests: policy.tests ?? { match: [], pass: [] }, updated_at };
}

const compiledPolicies = new WeakMap<Db, { version: number; policies: CompiledPolicies }>();

/** The policies as they are now, compiled once a version. */
export function getCurrentPolicies(db: Db, clock: Clock): CompiledPolicies {
  const { version } = getPolicyVersion(db, clock);
  const known = compiledPolicies.get(db);
  if (known?.version === version) return known.policies;
  const fresh = { version, policies: compilePolicies(listPolicies(db)) };
  compiledPolicies.set(db, fresh);
  return fresh.policies;
}

export function listPolicies(db: Db): PolicyRow[] {
  return db.select().from(policies).orderBy(asc(policies.id)).all();
}

/** Every policy and their version, for whoever is known. Throws AUTH_REQUIRED for a stranger. */
export function getRedteamPolicies(ctx: Context): z.infer<typeof PolicySet> {
  const { caller } = ctx.auth;
  if (caller.kind === 'guest' && caller.principal_id === null) throw new ApiError('AUTH_REQUIRED');
  const { version, updated_at } = getPolicyVersion(ctx.db, ctx.clock);
  return {
    version,
    updated_at: toIso(updated_at),
    policies: listPolicies(ctx.db).map(({ tests: _, updated_at: __, ...policy }) => policy),
  };
}
