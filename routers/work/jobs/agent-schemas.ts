import { z } from 'zod';
import { FreeValue } from '../../core/free-form.ts';
import { MAX_MEASURE, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { ProjectId } from '../projects/schemas.ts';
import { JobId, JobStatus } from './schemas.ts';

const MAX_SUMMARY_CHARS = 8 * 1024 * 1024;

const AgentId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .meta({ description: "The agent's own name for itself", example: 'agent-uuid-12345' });
const Attempt = z.int().min(1).meta({
  description: 'The attempt the job was given with: whoever holds an older one is refused',
  example: 1,
});
const AgentStatus = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .meta({ description: 'In its own word: idle, processing …', example: 'idle' });
const AgentVersion = z.string().max(60).meta({ example: 'v1.0.1' });
/** Agents refer to a run or a job by a number or by a name. */
const JobReference = z
  .union([TrimmedText(200), z.int()])
  .transform(String)
  .meta({ example: 'run-abcde' });
const Percent = z.number().min(0).max(100).meta({ example: 30 });
const LeaseEnd = Timestamp.nullable().meta({ description: 'When the job is lost without a sign of life' });

export const RequestJobsInput = z.object({
  agent_id: AgentId,
  capabilities: z
    .array(TrimmedText(100))
    .max(100)
    .nullish()
    .meta({
      description: 'Jobs that require something else are not given',
      example: ['git_scan', 'commit_generation', 'readme_update'],
    }),
  project_ids: z
    .array(ProjectId)
    .max(1000)
    .nullish()
    .meta({ description: 'Only jobs of these projects are given; of all unless given', example: [3] }),
  status: AgentStatus.nullish(),
  max_jobs: z.int().min(1).max(20).default(1),
  agent_version: AgentVersion.nullish(),
  heartbeat_seconds: z
    .int()
    .min(5)
    .max(300)
    .nullish()
    .meta({ description: 'Promises a sign of life this often; the lease is three times as long' }),
  wait_seconds: z
    .int()
    .min(0)
    .max(30)
    .default(0)
    .meta({ description: 'How long to wait for a job when there is none' }),
});

export const OfferedJob = z
  .object({
    job_id: JobId,
    job_type: z.string().meta({ example: 'git_scan' }),
    status: JobStatus,
    attempt: Attempt,
    payload: z
      .object({
        description: z.string(),
        project: z.object({
          id: ProjectId,
          name: z.string(),
          local_path: z.string().nullable(),
          remote_url: z.string().nullable(),
        }),
      })
      .catchall(z.unknown())
      .meta({ description: 'As it was queued, and with it a description and the project' }),
    project: ProjectId,
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    completed_at: Timestamp.nullable(),
    lease_expires_at: Timestamp,
  })
  .meta({ id: 'OfferedJob' });
export type OfferedJob = z.infer<typeof OfferedJob>;

export const JobOffer = z
  .object({
    jobs: z.array(OfferedJob),
    poll_after_seconds: z.int().meta({ description: 'When to ask again', example: 5 }),
  })
  .meta({ id: 'JobOffer' });

export const StartJobInput = z.object({
  job_id: JobId,
  agent_id: AgentId,
  attempt: Attempt.nullish(),
  start_time: z
    .string()
    .max(64)
    .nullish()
    .meta({ description: "The agent's clock; the server's own counts", example: '2025-10-28T10:00:00Z' }),
});
export const StartedJob = z
  .object({
    job_id: JobId,
    status: z.literal('running'),
    started_at: Timestamp,
    lease_expires_at: Timestamp,
  })
  .meta({ id: 'StartedJob' });

export const ReleaseJobInput = z.object({
  job_id: JobId,
  agent_id: AgentId.nullish(),
  attempt: Attempt.nullish(),
  reason: z.string().max(2000).nullish().meta({
    description: 'Stands in the log of the job',
    example: 'This agent does not have the repository',
  }),
});
export const ReleasedJob = z
  .object({ job_id: JobId, status: z.literal('pending') })
  .meta({ id: 'ReleasedJob' });

export const ReportProgressInput = z.object({
  job_id: JobId,
  agent_id: AgentId.nullish(),
  attempt: Attempt.nullish(),
  log_message: z.string().max(20_000).nullish().meta({ example: 'Scanning file: src/main.py...' }),
  percent_complete: Percent.nullish(),
  intermediate_artifact: FreeValue.optional().meta({
    example: { type: 'complexity_report', data: { average: 8.5 } },
  }),
});
export const RenewedJob = z
  .object({ job_id: JobId, status: JobStatus, lease_expires_at: LeaseEnd })
  .meta({ id: 'RenewedJob' });

export const CompleteJobInput = z.object({
  job_id: JobId,
  agent_id: AgentId.nullish(),
  attempt: Attempt.nullish(),
  status: z
    .enum(['success', 'failed', 'completed', 'error'])
    .meta({ description: '`completed` means `success`, `error` means `failed`' }),
  summary: z
    .string()
    .max(MAX_SUMMARY_CHARS)
    .nullish()
    .meta({ example: 'Git scan completed. Found 5 issues.' }),
  final_result_url: z.string().max(2048).nullish().meta({ example: 's3://bucket/results/result.json' }),
  error_message: z.string().max(20_000).nullish().meta({ example: null }),
});
export const CompletedJob = z
  .object({ job_id: JobId, status: z.enum(['success', 'failed']) })
  .meta({ id: 'CompletedJob' });

export const ToolCallInput = z.object({
  run_id: JobReference.meta({ description: "A job's id, or the name of a run", example: 'run-abcde' }),
  tool_name: TrimmedText(200).meta({ example: 'git_analyzer_tool' }),
  tool_input: FreeValue.optional().meta({ example: { file_path: 'src/utils.py' } }),
  tool_output: FreeValue.optional().meta({ example: { loc: 150, complexity: 12 } }),
  agent_id: AgentId.nullish(),
  attempt: Attempt.nullish(),
});
export const ToolCallReceipt = z
  .object({
    run_id: z.string(),
    job_id: JobId.nullable().meta({ description: 'The job it was added to; null for a run' }),
    status: JobStatus.nullable(),
    lease_expires_at: LeaseEnd,
  })
  .meta({ id: 'ToolNoted' });

export const AgentMetricsInput = z.object({
  agent_id: AgentId,
  metrics: z
    .array(
      z.object({
        name: TrimmedText(100).meta({ example: 'llm_tokens_used' }),
        value: z.number().min(-MAX_MEASURE).max(MAX_MEASURE).meta({ example: 1500 }),
        model: z.string().max(200).nullish().meta({ example: 'gpt-4o' }),
        tool: z.string().max(200).nullish().meta({ example: 'git_analyzer' }),
        job_id: JobReference.nullish().meta({ example: 12 }),
      }),
    )
    .max(1000)
    .meta({ example: [{ name: 'llm_tokens_used', value: 1500, model: 'gpt-4o' }] }),
});
export const MetricsReceipt = z.object({ accepted: z.int().meta({ example: 2 }) });

export const AgentHeartbeatInput = z.object({
  agent_id: AgentId,
  status: AgentStatus,
  agent_version: AgentVersion.nullish(),
  current_job_id: JobReference.nullish().meta({ description: 'Its lease is renewed', example: 12 }),
});
export const HeartbeatReceipt = z
  .object({
    agent_id: z.string(),
    status: z.string(),
    cancelled_jobs: z
      .array(JobId)
      .meta({ description: 'Jobs of this agent that were cancelled in the last hour: to be dropped' }),
  })
  .meta({ id: 'Heartbeat' });

export const Agent = z
  .object({
    agent_id: z.string().meta({ example: 'agent-uuid-12345' }),
    status: z
      .string()
      .meta({ description: 'Its own word; `offline` after 90 s of silence', example: 'processing' }),
    agent_version: z.string().nullable(),
    capabilities: z.array(z.string()),
    current_job_id: z.string().nullable().meta({ description: 'What it last said it works on' }),
    jobs: z.array(JobId).meta({ description: 'The jobs it holds' }),
    last_seen_at: Timestamp,
    created_at: Timestamp,
  })
  .meta({ id: 'Agent' });
