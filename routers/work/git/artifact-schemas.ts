import { z } from 'zod';
import { UploadedFile } from '../../core/multipart.ts';
import { TrimmedText } from '../../core/wire-types.ts';
import { StoredFile } from '../../storage/files/schemas.ts';
import { ProjectId } from '../projects/schemas.ts';
import { CommitHash } from './commit-schemas.ts';

export const ArtifactInput = z.object({
  project_id: ProjectId,
  file: UploadedFile,
  type: TrimmedText(100).meta({ description: 'What it is', example: 'build_log' }),
  commit_hash: CommitHash.optional(),
});

export const Artifact = StoredFile.omit({ context_id: true })
  .extend({
    artifact_id: z.int().meta({ example: 4 }),
    project_id: ProjectId,
    type: z.string().meta({ example: 'build_log' }),
    commit_hash: z.string().nullable().meta({
      description: 'Whole when the commit is known',
      example: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
    }),
  })
  .meta({ id: 'Artifact' });
