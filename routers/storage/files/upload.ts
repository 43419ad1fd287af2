import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import type { StagedFile } from '../../core/file-store.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { addFile, type FileMetadata, toFile } from './file.ts';
import type { DescribedFile } from './schemas.ts';

/** Stores an uploaded file. Throws PAYLOAD_TOO_LARGE when the caller is over quota. */
export async function uploadFile(
  ctx: KeyContext,
  { file, ...metadata }: { file: StagedFile } & FileMetadata,
): Promise<z.infer<typeof DescribedFile>> {
  const addRow = () => transact(ctx.db, () => addFile(ctx, file, metadata));
  return toFile(await ctx.files.persist(file, addRow));
}
