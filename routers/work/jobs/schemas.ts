import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { FreeObject } from '../../core/free-form.ts';
import { Instant } from '../../core/instant.ts';
import { Limit, Offset, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { ProjectId } from '../projects/schemas.ts';

export const JobId = z.int().min(1).meta({ example: 12 });

const JOB_STATUSES = ['pending', 'assigned', 'running', 'success', 'failed', 'cancelled'] as const;
export const JobStatus = z.enum(JOB_STATUSES).meta({ id: 'JobStatus' });
export type JobStatus = z.infer<typeof JobStatus>;

/** Other names that some clients use for the final statuses. */
const STATUS_ALIASES = { completed: 'success', error: 'failed' } as const;
export type StatusAlias = keyof typeof STATUS_ALIASES;
export function toJobStatus<S extends JobStatus>(name: S | StatusAlias): S | 'success' | 'failed' {
  return name in STATUS_ALIASES ? STATUS_ALIASES[name as StatusAlias] : (name as S);
}

const LogEntry = z
  .object({
    timestamp: Timestamp,
    log_message: z.string().optional().meta({ example: 'Scanning file: src/main.py...' }),
    percent_complete: z.number().optional().meta({ example: 30 }),
    intermediate_artifact: z.unknown().optional(),
  })
  .meta({ id: 'JobLogEntry' });

const ToolInvocation = z
  .object({
    timestamp: Timestamp,
    tool_name: z.string().meta({ example: 'git_analyzer_tool' }),
    tool_input: z.unknown().meta({ example: { file_path: 'src/utils.py' } }),
    tool_output: z
      .unknown()
      .optional()
      .meta({ example: { loc: 150, complexity: 12 } }),
  })
  .meta({ id: 'ToolInvocation' });

const JobType = TrimmedText(100).meta({
  description: 'What is to be done: git_scan, repository_analysis, code_generation …',
  example: 'code_generation',
});
const Capability = TrimmedText(100);

export const Job = z
  .object({
    id: JobId,
    job_id: JobId.meta({ description: 'The id again, under the name agents use' }),
    project: ProjectId,
    agent: z.string().nullable().meta({ description: 'Who holds it, or held it last', example: null }),
    status: JobStatus,
    job_type: JobType,
    payload: z
      .record(z.string(), z.unknown())
      .meta({ example: { prompt: '로그인 폼을 만들어줘', language: 'python' } }),
    required_capabilities: z.array(z.string()).meta({ example: ['code_generation'] }),
    priority: z.int().meta({ example: 0 }),
    attempts: z.int().meta({ description: 'How often it was given to an agent', example: 1 }),
    max_attempts: z.int().meta({ example: 3 }),
    progress_log: z.array(LogEntry).meta({ description: 'The newest 500 entries, in order' }),
    percent_complete: z.number().meta({ example: 30 }),
    tool_invocations: z.array(ToolInvocation).meta({ description: 'The newest 500, in order' }),
    summary: z.string().nullable(),
    final_result_url: z.string().nullable(),
    error_message: z.string().nullable(),
    lease_expires_at: Timestamp.nullable().meta({
      description: 'When its holder loses it without a sign of life',
    }),
    run_at: Timestamp.nullable().meta({ description: 'It is not given to an agent before; null: at once' }),
    created_at: Timestamp,
    assigned_at: Timestamp.nullable(),
    started_at: Timestamp.nullable(),
    completed_at: Timestamp.nullable(),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof Job>;

export const CreateJobInput = z.object({
  project_id: ProjectId,
  job_type: JobType,
  payload: FreeObject.nullish()
    .transform((payload) => payload ?? {})
    .meta({ example: { prompt: '로그인 폼을 만들어줘', language: 'python' } }),
  priority: z
    .int()
    .min(-1000)
    .max(1000)
    .nullish()
    .meta({ description: 'Higher goes first; 0 unless given', example: 0 }),
  required_capabilities: z
    .array(Capability)
    .max(50)
    .nullish()
    .meta({
      description:
        'An agent must have every one. Unless given: `payload.tool_name`, or the job type when it is git_scan, ' +
        'commit_generation, readme_update or code_generation',
      example: ['code_generation'],
    }),
  max_attempts: z
    .int()
    .min(1)
    .max(20)
    .nullish()
    .meta({ description: 'How many agents may lose it before it fails; 3 unless given', example: 3 }),
  run_at: Instant.nullish().meta({
    description: 'It is not given to an agent before; at once unless given',
    example: '2025-10-28T22:00:00Z',
  }),
});

export const ListJobsInput = z.object({
  project_id: ProjectId,
  status: z.enum([...JOB_STATUSES, 'completed', 'error']).optional(),
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
});

export const JobPage = z
  .object({ total: z.int().meta({ example: 12 }), next_cursor: NextCursor, jobs: z.array(Job) })
  .meta({ id: 'JobPage' });

export const JobRef = z.object({ project_id: ProjectId, job_id: JobId });
