import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import type { StagedFile } from '../../core/file-store.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { addFile, type FileFacts, toFile } from './file.ts';
import type { DescribedFile } from './schemas.ts';

/** Keeps an uploaded file. Throws PAYLOAD_TOO_LARGE past my quota. */
export async function uploadFile(
  ctx: KeyContext,
  { file, ...facts }: { file: StagedFile } & FileFacts,
): Promise<z.infer<typeof DescribedFile>> {
  const named = () => transact(ctx.db, () => addFile(ctx, file, facts));
  return toFile(await ctx.files.keep(file, named));
}
