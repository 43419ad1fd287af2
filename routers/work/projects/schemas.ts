import { z } from 'zod';
import { Timestamp } from '../../core/wire-types.ts';

export const ProjectId = z.int().min(1).meta({ example: 3 });

export const Project = z
  .object({
    id: ProjectId,
    name: z.string().meta({ example: 'MyProject' }),
    local_path: z.string().nullable().meta({ example: 'C:/Users/User/projects/MyProject' }),
    remote_url: z.string().nullable().meta({ example: 'git@github.com:username/myproject.git' }),
    created_at: Timestamp,
    updated_at: Timestamp,
    total_loc: z.int().nullable().meta({ description: 'By the last scan; null before one', example: 15360 }),
    avg_complexity: z.number().nullable().meta({ example: 8.5 }),
    language_stats: z.record(z.string(), z.number()).meta({ example: { Python: 10240, JavaScript: 5120 } }),
    last_scan_at: Timestamp.nullable(),
    open_issues: z.int().meta({ example: 2 }),
    commit_count: z.int().meta({ example: 41 }),
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;
