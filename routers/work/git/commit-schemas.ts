import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Instant } from '../../core/instant.ts';
import { Limit, Offset, Timestamp } from '../../core/wire-types.ts';
import { ProjectId } from '../projects/schemas.ts';

/** A SHA-1 or SHA-256 hash or its beginning; dots at the end mark an abbreviation and are removed. */
export const CommitHash = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{7,64}\.{0,3}$/)
  .meta({ maxLength: 67 })
  .transform((hash) => hash.replace(/(?<!\.)\.+$/, ''))
  .meta({
    description: 'The hash, or 7 and more of its first digits',
    example: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
  });

export const AddCommitInput = z.object({
  project_id: ProjectId,
  commit_hash: CommitHash,
  author_email: z.string().trim().max(320).meta({ example: 'author@example.com' }),
  message: z.string().max(65_536).meta({ example: 'Feat: Add user login functionality' }),
  timestamp: Instant,
});

export const Commit = z
  .object({
    id: z.int().meta({ example: 12 }),
    project_id: ProjectId,
    commit_hash: z.string().meta({ example: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678' }),
    author_email: z.string().meta({ example: 'author@example.com' }),
    message: z.string().meta({ example: 'Feat: Add user login functionality' }),
    timestamp: Timestamp,
    created_at: Timestamp,
  })
  .meta({ id: 'Commit' });
export type Commit = z.infer<typeof Commit>;

export const ListCommitsInput = z.object({
  project_id: ProjectId,
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
});
export const CommitList = z
  .object({ total: z.int().meta({ example: 41 }), next_cursor: NextCursor, commits: z.array(Commit) })
  .meta({ id: 'Commits' });
