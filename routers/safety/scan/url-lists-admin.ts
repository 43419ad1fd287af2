import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { transact, url_lists } from '../../../db/index.ts';
import { canonicalize } from '../../../ml/url/canonical.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { adminProcedure, router } from '../../core/procedures.ts';
import { Timestamp, toIso } from '../../core/wire-types.ts';

const ListInput = z.object({
  list: z.enum(['allow', 'deny']),
  kind: z.enum(['domain', 'host', 'url']).meta({
    description: 'A domain and all below it, one host, or one URL',
  }),
  entry: z.string().trim().min(1).max(2048).meta({ example: 'example.com' }),
  note: z.string().trim().max(500).optional(),
});

const ListEntry = z
  .object({
    list: z.enum(['allow', 'deny']),
    kind: z.enum(['domain', 'host', 'url']),
    entry: z.string().meta({ example: 'example.com' }),
    key: z.string().meta({ description: 'What it is removed by', example: 'domain:example.com' }),
    note: z.string().nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'UrlListEntry' });

/** Puts an entry on a list; one that is on the other list moves. Throws INVALID_INPUT for what names no host. */
export function addUrlListEntry(ctx: Context, input: z.infer<typeof ListInput>): z.infer<typeof ListEntry> {
  const { list, kind, note } = input;
  const value = keyOf(kind, input.entry);
  const created_by = ctx.auth.caller.kind === 'user' ? ctx.auth.caller.principal_id : null;
  const row = { kind, list, entry: input.entry, note: note ?? null, created_by, created_at: ctx.clock.now() };
  const written = transact(ctx.db, () => {
    audit(ctx, `lists.${list}`, value, { note });
    return ctx.db
      .insert(url_lists)
      .values({ value, ...row })
      .onConflictDoUpdate({ target: url_lists.value, set: row })
      .returning()
      .get();
  });
  return shown(written);
}

/** Throws NOT_FOUND. */
export function removeUrlListEntry(ctx: Context, input: { key: string }): Record<string, never> {
  transact(ctx.db, () => {
    const gone = ctx.db.delete(url_lists).where(eq(url_lists.value, input.key)).run().changes;
    if (gone === 0) throw new ApiError('NOT_FOUND');
    audit(ctx, 'lists.remove', input.key, {});
  });
  return {};
}

function keyOf(kind: 'domain' | 'host' | 'url', entry: string): string {
  const url = canonicalize(entry);
  const names = url && (kind === 'url' || (url.path === '/' && url.query === null && url.userinfo === null));
  if (!url || !names || (kind === 'domain' && (url.is_ip || url.host === url.public_suffix))) {
    throw invalid(
      'entry',
      kind === 'url' ? '검사할 수 있는 URL이어야 합니다' : '도메인이나 호스트 이름이어야 합니다',
      kind === 'url' ? 'This must be a URL that can be scanned' : 'This must be a domain or a host name',
    );
  }
  return `${kind}:${kind === 'url' ? url.hash : url.host}`;
}

function shown({ list, kind, entry, value, note, created_at }: typeof url_lists.$inferSelect) {
  return { list, kind, entry, key: value, note, created_at: toIso(created_at) };
}

const tags = ['Admin'];

export const urlListsAdminRouter = router({
  list: adminProcedure
    .meta({ openapi: { method: 'GET', path: '/admin/lists', tags, summary: 'The allow and deny lists' } })
    .input(z.object({ list: z.enum(['allow', 'deny']).optional() }))
    .output(z.object({ entries: z.array(ListEntry) }))
    .query(({ ctx, input }) => ({
      entries: ctx.db
        .select()
        .from(url_lists)
        .where(input.list && eq(url_lists.list, input.list))
        .orderBy(asc(url_lists.value))
        .all()
        .map(shown),
    })),

  add: adminProcedure
    .meta({
      openapi: { method: 'POST', path: '/admin/lists', tags, summary: 'Allow or deny a URL, host or domain' },
      rest: { status: 201 },
    })
    .input(ListInput)
    .output(ListEntry)
    .mutation(({ ctx, input }) => addUrlListEntry(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/admin/lists/{key}', tags, summary: 'Take an entry off its list' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(z.object({ key: z.string().max(300).meta({ example: 'domain:example.com' }) }))
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeUrlListEntry(ctx, input)),
});
