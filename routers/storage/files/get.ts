import type { z } from 'zod';
import type { UserContext } from '../../core/procedures.ts';
import { getFileOrThrow, sendFile, toFile } from './file.ts';
import type { DescribedFile, FileInput, GetFileInput } from './schemas.ts';

/** The metadata of a file, and with `download` its bytes on REST. Throws NOT_FOUND. */
export function getFile(
  ctx: UserContext,
  { file_id, download }: z.output<typeof GetFileInput>,
): z.infer<typeof DescribedFile> {
  const row = getFileOrThrow(ctx.db, ctx.caller, file_id);
  if (download) sendFile(ctx, row);
  return toFile(row);
}

/** The bytes of a file on REST, its metadata on tRPC. Throws NOT_FOUND. */
export function getFileContent(
  ctx: UserContext,
  { file_id }: z.infer<typeof FileInput>,
): z.infer<typeof DescribedFile> {
  return getFile(ctx, { file_id, download: true });
}
