import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { api_keys, transact, users } from '../../../db/index.ts';
import { type AdminContext, audit } from '../../core/audit.ts';
import { adminProcedure, router } from '../../core/procedures.ts';
import { Timestamp, toIso } from '../../core/wire-types.ts';
import { createApiKey, revokeApiKey } from './api-keys.ts';

const KeyId = z.int().min(1).meta({ example: 4 });
const Name = z.string().trim().min(1).max(100).meta({ example: "Kim's laptop" });
const Scopes = z.array(z.enum(['agent', 'llm', 'events', 'gami'])).meta({ example: ['agent'] });

const CreateInput = z.object({
  name: Name,
  scopes: Scopes.min(1).transform((scopes) => [...new Set(scopes)]),
  user_id: z
    .union([z.int(), z.string().min(1).max(60)])
    .nullish()
    .meta({
      description: 'Who owns it, by `id` or `user_…`; the caller unless given',
      example: 'user_20251027_001',
    }),
});

const NewApiKey = z
  .object({
    id: KeyId,
    name: Name,
    scopes: Scopes,
    key: z.string().meta({ description: 'Shown this once; only its hash is kept', example: 'fsk_Zm9vYmFy…' }),
  })
  .meta({ id: 'NewApiKey' });

const ApiKey = z
  .object({
    id: KeyId,
    name: Name,
    scopes: Scopes,
    user_id: z.string().meta({ description: 'Who owns it', example: 'user_20251027_001' }),
    username: z.string().meta({ example: 'kim' }),
    created_at: Timestamp,
    last_used_at: Timestamp.nullable().meta({ description: 'To the minute' }),
    revoked_at: Timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });

/** Throws NOT_FOUND for a user there is not. */
export function addKey(ctx: AdminContext, input: z.infer<typeof CreateInput>): z.infer<typeof NewApiKey> {
  const { name, scopes } = input;
  const { caller } = ctx.auth;
  const user = input.user_id ?? (caller.kind === 'user' ? caller.principal_id : 0);
  return transact(ctx.db, () => {
    const made = createApiKey(ctx.db, ctx.clock, ctx.random, { name, scopes, user });
    audit(ctx, 'api_keys.create', String(made.id), { name, scopes, user });
    return made;
  });
}

/** Every key there is or was, without what would let anyone in. */
export function listKeys(ctx: AdminContext): { api_keys: z.infer<typeof ApiKey>[] } {
  const rows = ctx.db
    .select({ key: api_keys, user_id: users.user_id, username: users.username })
    .from(api_keys)
    .innerJoin(users, eq(users.id, api_keys.user_id))
    .orderBy(asc(api_keys.id))
    .all();
  return {
    api_keys: rows.map(({ key, user_id, username }) => ({
      id: key.id,
      name: key.name,
      scopes: key.scopes,
      user_id,
      username,
      created_at: toIso(key.created_at),
      last_used_at: key.last_used_at === null ? null : toIso(key.last_used_at),
      revoked_at: key.revoked_at === null ? null : toIso(key.revoked_at),
    })),
  };
}

/** Throws NOT_FOUND for a key there is not, or that is revoked. */
export function removeKey(ctx: AdminContext, input: { id: number }): Record<string, never> {
  transact(ctx.db, () => {
    revokeApiKey(ctx.db, ctx.clock, input.id);
    audit(ctx, 'api_keys.revoke', String(input.id), {});
  });
  return {};
}

const tags = ['Admin'];

export const apiKeysRouter = router({
  list: adminProcedure
    .meta({ openapi: { method: 'GET', path: '/admin/api-keys', tags, summary: 'Every API key' } })
    .input(z.object({}))
    .output(z.object({ api_keys: z.array(ApiKey) }))
    .query(({ ctx }) => listKeys(ctx)),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/api-keys',
        tags,
        summary: 'Make an API key for an agent or service',
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(CreateInput)
    .output(NewApiKey)
    .mutation(({ ctx, input }) => addKey(ctx, input)),

  revoke: adminProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/admin/api-keys/{id}', tags, summary: 'Revoke an API key' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(z.object({ id: KeyId }))
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeKey(ctx, input)),
});
