import type { z } from 'zod';
import { artifacts, transact } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { addFile, toFile } from '../../storage/files/file.ts';
import { getProjectOrThrow } from '../projects/project.ts';
import type { Artifact, ArtifactInput } from './artifact-schemas.ts';
import { resolveHash } from './commits.ts';

/** Stores a build artifact as a file of the caller's. Throws NOT_FOUND; PAYLOAD_TOO_LARGE past the quota. */
export async function addArtifact(
  ctx: KeyContext,
  input: z.output<typeof ArtifactInput>,
): Promise<z.infer<typeof Artifact>> {
  const { type, commit_hash = null } = input;
  const { row, file } = await ctx.files.persist(input.file, () =>
    transact(ctx.db, () => {
      const project = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
      const file = addFile(ctx, input.file, { purpose: type });
      const row = ctx.db
        .insert(artifacts)
        .values({
          project_id: project.id,
          file_id: file.id,
          type,
          commit_hash: commit_hash && resolveHash(ctx.db, project, commit_hash),
          created_at: file.created_at,
        })
        .returning()
        .get();
      return { row, file };
    }),
  );
  const { context_id: _context, ...storedFile } = toFile(file);
  return {
    ...storedFile,
    artifact_id: row.id,
    project_id: row.project_id,
    type: row.type,
    commit_hash: row.commit_hash,
  };
}
