import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { files } from '../../../db/index.ts';
import { isAdmin } from '../../core/access.ts';
import { cleanLine } from '../../core/clean-line.ts';
import type { Context, Db, Key, User } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { StagedFile } from '../../core/file-store.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { DescribedFile } from './schemas.ts';

export type FileRow = typeof files.$inferSelect;

/** A file the caller may read: their own, and any for administrators. Throws NOT_FOUND. */
export function getFileOrThrow(db: Db, caller: User | Key, file_id: number): FileRow {
  const row = db.select().from(files).where(eq(files.id, file_id)).get();
  if (!row || (row.principal_id !== caller.principal_id && !isAdmin(caller))) throw new ApiError('NOT_FOUND');
  return row;
}

export interface FileMetadata {
  file_name?: string | undefined;
  context_id?: string | undefined;
  description?: string | undefined;
  purpose?: string | undefined;
}

/**
 * Writes the row of a staged file. Call it in a transaction inside `ctx.files.persist`, which makes the bytes durable.
 * Throws PAYLOAD_TOO_LARGE when the caller is over quota.
 */
export function addFile(ctx: KeyContext, staged: StagedFile, metadata: FileMetadata = {}): FileRow {
  const { size, sha256, mime_type } = staged;
  assertWithinQuota(ctx, size);
  ctx.files.commitContent(staged);
  return ctx.db
    .insert(files)
    .values({
      principal_id: ctx.caller.principal_id,
      file_name: toFileName(metadata.file_name ?? staged.name),
      size,
      sha256,
      mime_type,
      context_id: metadata.context_id ?? null,
      description: metadata.description ?? null,
      purpose: metadata.purpose ?? null,
      created_at: ctx.clock.now(),
    })
    .returning()
    .get();
}

/** Throws PAYLOAD_TOO_LARGE, with the bytes that are left, when `size` more bytes exceed the caller's quota. */
export function assertWithinQuota(ctx: KeyContext, size: number): void {
  const usedBytes = ctx.db
    .select({ bytes: sql<number>`coalesce(sum(${files.size}), 0)` })
    .from(files)
    .where(eq(files.principal_id, ctx.caller.principal_id))
    .get();
  const limit = Math.max(0, ctx.settings.upload_quota_bytes - (usedBytes?.bytes ?? 0));
  if (size > limit) throw new ApiError('PAYLOAD_TOO_LARGE', { params: { limit } });
}

/** One line of at most 255 characters, without hidden ones. */
function toFileName(name: string): string {
  return [...cleanLine(name)].slice(0, 255).join('') || 'file';
}

/** Makes REST respond with the bytes of a file instead of the output. */
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
