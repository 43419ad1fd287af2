import { asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { transact, url_lists } from '../../../db/index.ts';
import { canonicalize } from '../../../ml/url/canonical.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import type {
  ListUrlListsInput,
  RemoveUrlListEntryInput,
  UrlListEntries,
  UrlListEntry,
  UrlListInput,
} from './admin-schemas.ts';

/** The entries of the allow and deny lists, by key. */
export function listUrlLists(
  ctx: Context,
  { list }: z.infer<typeof ListUrlListsInput>,
): z.infer<typeof UrlListEntries> {
  const rows = ctx.db
    .select()
    .from(url_lists)
    .where(list && eq(url_lists.list, list))
    .orderBy(asc(url_lists.value))
    .all();
  return { entries: rows.map(toUrlListEntry) };
}

/** Adds an entry to a list, or moves it from the other list. Throws INVALID_INPUT when it is no URL, host or domain. */
export function addUrlListEntry(
  ctx: Context,
  input: z.infer<typeof UrlListInput>,
): z.infer<typeof UrlListEntry> {
  const { list, kind, entry, note } = input;
  const value = toEntryKey(kind, entry);
  const created_by = ctx.auth.caller.kind === 'user' ? ctx.auth.caller.principal_id : null;
  const set = { kind, list, entry, note: note ?? null, created_by, created_at: ctx.clock.now() };
  const row = transact(ctx.db, () => {
    audit(ctx, `lists.${list}`, value, { note });
    return ctx.db
      .insert(url_lists)
      .values({ value, ...set })
      .onConflictDoUpdate({ target: url_lists.value, set })
      .returning()
      .get();
  });
  return toUrlListEntry(row);
}

/** Throws NOT_FOUND. */
export function removeUrlListEntry(
  ctx: Context,
  { key }: z.infer<typeof RemoveUrlListEntryInput>,
): Record<string, never> {
  transact(ctx.db, () => {
    const { changes } = ctx.db.delete(url_lists).where(eq(url_lists.value, key)).run();
    if (changes === 0) throw new ApiError('NOT_FOUND');
    audit(ctx, 'lists.remove', key, {});
  });
  return {};
}

/** `url:<hash>`, `host:<host>` or `domain:<domain>`. Throws INVALID_INPUT. */
function toEntryKey(kind: 'domain' | 'host' | 'url', entry: string): string {
  const url = canonicalize(entry);
  if (kind === 'url') {
    if (!url)
      throw invalid('entry', '검사할 수 있는 URL이어야 합니다', 'This must be a URL that can be scanned');
    return `url:${url.hash}`;
  }
  const isHost = url && url.path === '/' && url.query === null && url.userinfo === null;
  const isDomain = isHost && !url.is_ip && url.host !== url.public_suffix;
  if (!isHost || (kind === 'domain' && !isDomain))
    throw invalid('entry', '도메인이나 호스트 이름이어야 합니다', 'This must be a domain or a host name');
  return `${kind}:${url.host}`;
}

function toUrlListEntry({ list, kind, entry, value, note, created_at }: typeof url_lists.$inferSelect) {
  return { list, kind, entry, key: value, note, created_at: toIso(created_at) };
}
