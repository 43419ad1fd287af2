import { z } from 'zod';
import { Timestamp } from '../../core/wire-types.ts';
import { UrlFindingSchema } from '../../safety/scan/scan-urls.ts';
import { ProjectId } from '../projects/schemas.ts';
import { CommitHash } from './commit-schemas.ts';

/** Bytes of a request that carries a tree or a diff. */
export const MAX_REPORT_BYTES = 8 * 1024 * 1024;

export const AddDiffInput = z.object({
  project_id: ProjectId,
  commit_id: CommitHash,
  diff_content: z.string().max(MAX_REPORT_BYTES).meta({
    description: 'A unified diff, as `git diff` and `git show` write it',
    example: "--- a/src/main.py\n+++ b/src/main.py\n@@ -1,1 +1,2 @@\n print('hello')\n+print('world')",
  }),
});
export const GetDiffInput = z.object({ project_id: ProjectId, commit_id: CommitHash });

const LineCount = z.int().meta({ example: 1 });

const diffFields = {
  commit_id: z.int().meta({ description: 'The id of the commit', example: 12 }),
  commit_hash: z.string().meta({ example: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678' }),
  files: z.array(
    z.object({
      path: z.string().meta({ example: 'src/main.py' }),
      additions: LineCount,
      deletions: LineCount.meta({ example: 0 }),
    }),
  ),
  additions: LineCount,
  deletions: LineCount.meta({ example: 0 }),
  url_findings: z
    .array(
      UrlFindingSchema.extend({
        file: z.string().meta({ example: 'src/main.py' }),
        line: z.int().meta({ description: 'In the new text', example: 2 }),
      }),
    )
    .meta({ description: 'The URLs of added lines, each once a file, and the verdict on each' }),
};

export const DiffReport = z.object(diffFields).meta({ id: 'Diff' });
export type DiffReport = z.infer<typeof DiffReport>;
export const StoredDiff = z
  .object({ ...diffFields, diff_content: z.string(), created_at: Timestamp })
  .meta({ id: 'StoredDiff' });
