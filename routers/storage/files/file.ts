import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { files } from '../../../db/index.ts';
import type { Context, Db, Key, User } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { StagedFile } from '../../core/file-store.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { DescribedFile } from './schemas.ts';

export type FileRow = typeof files.$inferSelect;

/** A file its caller may see: his own; administrators every one. Throws NOT_FOUND. */
export function getFileOrThrow(db: Db, caller: User | Key, file_id: number): FileRow {
  const row = db.select().from(files).where(eq(files.id, file_id)).get();
  const every = caller.kind === 'user' && caller.role === 'admin';
  if (!row || (row.principal_id !== caller.principal_id && !every)) throw new ApiError('NOT_FOUND');
  return row;
}

export interface FileFacts {
  file_name?: string | undefined;
  context_id?: string | undefined;
  description?: string | undefined;
  purpose?: string | undefined;
}

/**
 * Names a file that has arrived. It is called within a transaction, and that within `ctx.files.keep`, which makes its
 * bytes last. Throws PAYLOAD_TOO_LARGE past the caller's quota.
 */
export function addFile(ctx: KeyContext, staged: StagedFile, facts: FileFacts = {}): FileRow {
  const { size, sha256, mime_type } = staged;
  assertWithinQuota(ctx, size);
  ctx.files.commitContent(staged);
  return ctx.db
    .insert(files)
    .values({
      principal_id: ctx.caller.principal_id,
      file_name: nameOf(facts.file_name ?? staged.name),
      size,
      sha256,
      mime_type,
      context_id: facts.context_id ?? null,
      description: facts.description ?? null,
      purpose: facts.purpose ?? null,
      created_at: ctx.clock.now(),
    })
    .returning()
    .get();
}

/** Throws PAYLOAD_TOO_LARGE when so many bytes more are not left of the caller's quota; what is left stands in it. */
export function assertWithinQuota(ctx: KeyContext, size: number): void {
  const mine = eq(files.principal_id, ctx.caller.principal_id);
  const taken = ctx.db
    .select({ n: sql<number>`coalesce(sum(${files.size}), 0)` })
    .from(files)
    .where(mine)
    .get();
  const limit = Math.max(0, ctx.settings.upload_quota_bytes - (taken?.n ?? 0));
  if (size > limit) throw new ApiError('PAYLOAD_TOO_LARGE', { params: { limit } });
}

/** A name is one line of text, whatever it was sent as. */
function nameOf(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const line = name.replace(/[\0-\x1f\x7f-\x9f]/g, ' ').trim();
  return [...line].slice(0, 255).join('') || 'file';
}

/** Answers a file's bytes instead of the output. */
export function sendFile(ctx: Context, row: FileRow): void {
  if (!ctx.http) return;
  const { size, sha256, mime_type, file_name, created_at } = row;
  ctx.http.response.content = { size, sha256, mime_type, file_name, created_at };
}

export function toFile(row: FileRow): z.infer<typeof DescribedFile> {
  const { id, file_name, size, sha256, mime_type, context_id, description, purpose, created_at } = row;
  return {
    file_id: id,
    file_name,
    size,
    sha256,
    mime_type,
    context_id,
    description,
    purpose,
    created_at: toIso(created_at),
    download_url: `/files/${id}/content`,
  };
}
