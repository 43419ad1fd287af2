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

export type PolicyRow = typeof policies.$inferSelect;
type PolicyVersion = typeof policy_versions.$inferSelect;

/** The version of the policies. The first call inserts the default policies. */
export function getPolicyVersion(db: Db, clock: Clock): PolicyVersion {
  const version = findPolicyVersion(db);
  if (version) return version;
  const now = clock.now();
  return transact(db, () => {
    // Another process may have inserted them meanwhile.
    const inserted = findPolicyVersion(db);
    if (inserted) return inserted;
    for (const policy of content.policies as Policy[])
      db.insert(policies).values(toPolicyRow(policy, now)).run();
    return db
      .insert(policy_versions)
      .values({ id: POLICY_SET_ID, version: 1, updated_at: now })
      .returning()
      .get();
  });
}

function findPolicyVersion(db: Db): PolicyVersion | undefined {
  return db.select().from(policy_versions).where(eq(policy_versions.id, POLICY_SET_ID)).get();
}

/** Must be called in the transaction that changes a policy. */
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

/** The current policies, compiled once per version. */
export function getCurrentPolicies(db: Db, clock: Clock): CompiledPolicies {
  const { version } = getPolicyVersion(db, clock);
  const cached = compiledPolicies.get(db);
  if (cached?.version === version) return cached.policies;
  const compiled = { version, policies: compilePolicies(listPolicies(db)) };
  compiledPolicies.set(db, compiled);
  return compiled.policies;
}

/** The current policies as data. The first call inserts the default policies. */
export function listCurrentPolicies(db: Db, clock: Clock): PolicyRow[] {
  getPolicyVersion(db, clock);
  return listPolicies(db);
}

export function listPolicies(db: Db): PolicyRow[] {
  return db.select().from(policies).orderBy(asc(policies.id)).all();
}

/** Every policy with its version, for callers with any credentials or a guest cookie. Throws AUTH_REQUIRED. */
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
