import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { policies, transact } from '../../../db/index.ts';
import { findInvalidReason } from '../../../ml/text/policies.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import type { PolicyId, PolicyInput, StoredPolicy, StoredPolicyList } from './schemas.ts';
import { bumpPolicyVersion, getPolicyVersion, listPolicies, type PolicyRow, toPolicyRow } from './store.ts';

type PolicyEdit = z.infer<typeof PolicyInput>;

/** Every policy with its tests. */
export function listStoredPolicies(ctx: Context): z.infer<typeof StoredPolicyList> {
  getPolicyVersion(ctx.db, ctx.clock);
  return { policies: listPolicies(ctx.db).map(toStoredPolicy) };
}

/** Throws INVALID_INPUT for a pattern that is not allowed, CONFLICT for an existing id. */
export function addPolicy(ctx: Context, input: PolicyEdit): z.infer<typeof StoredPolicy> {
  return writePolicy(ctx, input, 'add');
}

/** Throws NOT_FOUND, INVALID_INPUT. */
export function changePolicy(ctx: Context, input: PolicyEdit): z.infer<typeof StoredPolicy> {
  return writePolicy(ctx, input, 'change');
}

/** Throws NOT_FOUND. */
export function removePolicy(ctx: Context, { id }: z.infer<typeof PolicyId>): Record<string, never> {
  getPolicyVersion(ctx.db, ctx.clock);
  transact(ctx.db, () => {
    if (ctx.db.delete(policies).where(eq(policies.id, id)).run().changes === 0)
      throw new ApiError('NOT_FOUND');
    bumpPolicyVersion(ctx.db, ctx.clock.now());
    audit(ctx, 'policies.remove', id, {});
  });
  return {};
}

function writePolicy(
  ctx: Context,
  { tests, ...policy }: PolicyEdit,
  action: 'add' | 'change',
): z.infer<typeof StoredPolicy> {
  const reason = findInvalidReason({ ...policy, tests: tests ?? { match: [], pass: [] } });
  if (reason) throw invalid('pattern', `쓸 수 없는 패턴입니다: ${reason}`, reason);
  const now = ctx.clock.now();
  getPolicyVersion(ctx.db, ctx.clock);
  const values = toPolicyRow({ ...policy, ...(tests ? { tests } : {}) }, now);
  const row = transact(ctx.db, () => {
    const exists = ctx.db.select({ id: policies.id }).from(policies).where(eq(policies.id, policy.id)).get();
    if (action === 'add' && exists) throw new ApiError('CONFLICT');
    if (action === 'change' && !exists) throw new ApiError('NOT_FOUND');
    bumpPolicyVersion(ctx.db, now);
    audit(ctx, `policies.${action}`, policy.id, { action: policy.action, pattern: policy.pattern });
    return ctx.db
      .insert(policies)
      .values(values)
      .onConflictDoUpdate({ target: policies.id, set: values })
      .returning()
      .get();
  });
  return toStoredPolicy(row);
}

function toStoredPolicy(row: PolicyRow): z.infer<typeof StoredPolicy> {
  return { ...row, updated_at: toIso(row.updated_at) };
}
