import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { policies, transact } from '../../../db/index.ts';
import { findInvalidReason } from '../../../ml/text/policies.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { adminProcedure, router } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { PolicyId, PolicyInput, StoredPolicy } from './schemas.ts';
import { bumpPolicyVersion, getPolicyVersion, listPolicies, toPolicyRow } from './store.ts';

type Input = z.infer<typeof PolicyInput>;

/** Throws INVALID_INPUT for a pattern that may not be used, CONFLICT for an id that is taken. */
export function addPolicy(ctx: Context, input: Input): z.infer<typeof StoredPolicy> {
  return write(ctx, input, 'add');
}

/** Throws NOT_FOUND, INVALID_INPUT. */
export function changePolicy(ctx: Context, input: Input): z.infer<typeof StoredPolicy> {
  return write(ctx, input, 'change');
}

/** Throws NOT_FOUND. */
export function removePolicy(ctx: Context, { id }: { id: string }): Record<string, never> {
  getPolicyVersion(ctx.db, ctx.clock);
  transact(ctx.db, () => {
    if (ctx.db.delete(policies).where(eq(policies.id, id)).run().changes === 0)
      throw new ApiError('NOT_FOUND');
    bumpPolicyVersion(ctx.db, ctx.clock.now());
    audit(ctx, 'policies.remove', id, {});
  });
  return {};
}

function write(ctx: Context, input: Input, how: 'add' | 'change'): z.infer<typeof StoredPolicy> {
  const reason = findInvalidReason({ ...input, tests: input.tests ?? { match: [], pass: [] } });
  if (reason) {
    const issue = { path: 'pattern', ko: `쓸 수 없는 패턴입니다: ${reason}`, en: reason };
    throw new ApiError('INVALID_INPUT', { issues: [issue] });
  }
  const now = ctx.clock.now();
  getPolicyVersion(ctx.db, ctx.clock);
  const row = transact(ctx.db, () => {
    const there = ctx.db.select({ id: policies.id }).from(policies).where(eq(policies.id, input.id)).get();
    if (how === 'add' && there) throw new ApiError('CONFLICT');
    if (how === 'change' && !there) throw new ApiError('NOT_FOUND');
    const { tests, ...policy } = input;
    const fresh = toPolicyRow({ ...policy, ...(tests ? { tests } : {}) }, now);
    bumpPolicyVersion(ctx.db, now);
    audit(ctx, `policies.${how}`, input.id, { action: input.action, pattern: input.pattern });
    return ctx.db
      .insert(policies)
      .values(fresh)
      .onConflictDoUpdate({ target: policies.id, set: fresh })
      .returning()
      .get();
  });
  return { ...row, updated_at: toIso(row.updated_at) };
}

const tags = ['Admin'];

export const policiesAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/policies',
        tags,
        summary: 'The red-team policies and their tests',
      },
    })
    .input(z.object({}))
    .output(z.object({ policies: z.array(StoredPolicy) }))
    .query(({ ctx }) => {
      getPolicyVersion(ctx.db, ctx.clock);
      return { policies: listPolicies(ctx.db).map((row) => ({ ...row, updated_at: toIso(row.updated_at) })) };
    }),

  add: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/policies',
        tags,
        summary: 'Add a policy',
        description: 'A regex that can take exponential time is refused, and one that fails its own tests.',
      },
      rest: { status: 201, errors: ['CONFLICT'] },
    })
    .input(PolicyInput)
    .output(StoredPolicy)
    .mutation(({ ctx, input }) => addPolicy(ctx, input)),

  update: adminProcedure
    .meta({
      openapi: { method: 'PUT', path: '/admin/policies/{id}', tags, summary: 'Replace a policy' },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(PolicyInput)
    .output(StoredPolicy)
    .mutation(({ ctx, input }) => changePolicy(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/admin/policies/{id}', tags, summary: 'Remove a policy' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(PolicyId)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removePolicy(ctx, input)),
});
