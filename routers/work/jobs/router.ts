import { z } from 'zod';
import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import {
  Agent,
  AgentHeartbeatInput,
  AgentMetricsInput,
  CompletedJob,
  CompleteJobInput,
  HeartbeatReceipt,
  JobOffer,
  MetricsReceipt,
  RenewedJob,
  ReportProgressInput,
  RequestJobsInput,
  StartedJob,
  StartJobInput,
  ToolCallInput,
  ToolCallReceipt,
} from './agent-schemas.ts';
import { listAgents } from './agents.ts';
import { completeJob } from './complete.ts';
import { receiveHeartbeat } from './heartbeat.ts';
import { reportProgress } from './progress.ts';
import { recordAgentMetrics } from './record-metrics.ts';
import { requestJobs } from './request.ts';
import { startJob } from './start.ts';
import { recordToolCall } from './tool-callback.ts';

const tags = ['Agents'];
const agent = scopedProcedure('agent');

export const agentRouter = router({
  request: agent
    .meta({
      openapi: { method: 'POST', path: '/agent/jobs/request', tags, summary: 'Request jobs under a lease' },
      rest: { cancellable: true },
    })
    .input(RequestJobsInput)
    .output(JobOffer)
    .mutation(({ ctx, input, signal }) => requestJobs(ctx, input, signal)),

  start: agent
    .meta({
      openapi: { method: 'POST', path: '/agent/jobs/{job_id}/start', tags, summary: 'Start an offered job' },
      rest: { errors: ['NOT_FOUND', 'JOB_NOT_YOURS', 'JOB_STATE'] },
    })
    .input(StartJobInput)
    .output(StartedJob)
    .mutation(({ ctx, input }) => startJob(ctx, input)),

  progress: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/jobs/{job_id}/progress',
        tags,
        summary: 'Report the progress of a job and extend its lease',
      },
      rest: { status: 202, errors: ['NOT_FOUND', 'JOB_NOT_YOURS', 'JOB_STATE'] },
    })
    .input(ReportProgressInput)
    .output(RenewedJob)
    .mutation(({ ctx, input }) => reportProgress(ctx, input)),

  complete: agent
    .meta({
      openapi: { method: 'POST', path: '/agent/jobs/{job_id}/complete', tags, summary: 'Complete a job' },
      rest: { errors: ['NOT_FOUND', 'JOB_NOT_YOURS', 'JOB_STATE'] },
    })
    .input(CompleteJobInput)
    .output(CompletedJob)
    .mutation(({ ctx, input }) => completeJob(ctx, input)),

  toolCallback: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/callbacks/tool',
        tags,
        summary: 'Report a tool call of a job or a run',
      },
      rest: { status: 202, errors: ['JOB_NOT_YOURS'] },
    })
    .input(ToolCallInput)
    .output(ToolCallReceipt)
    .mutation(({ ctx, input }) => recordToolCall(ctx, input)),

  telemetry: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/telemetry',
        tags,
        summary: 'Report metrics: tokens, latencies, errors',
      },
      rest: { status: 202 },
    })
    .input(AgentMetricsInput)
    .output(MetricsReceipt)
    .mutation(({ ctx, input }) => recordAgentMetrics(ctx, input)),

  heartbeat: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/heartbeat',
        tags,
        summary: 'Send a heartbeat and get the cancelled jobs',
      },
    })
    .input(AgentHeartbeatInput)
    .output(HeartbeatReceipt)
    .mutation(({ ctx, input }) => receiveHeartbeat(ctx, input)),

  list: userProcedure
    .meta({ openapi: { method: 'GET', path: '/agents', tags, summary: "List the caller's agents" } })
    .input(z.object({}))
    .output(z.array(Agent))
    .query(({ ctx }) => listAgents(ctx)),
});
