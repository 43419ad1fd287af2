import { z } from 'zod';
import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import {
  Accepted,
  Agent,
  CompletedJob,
  CompleteInput,
  Heartbeat,
  HeartbeatInput,
  Offer,
  ProgressInput,
  Renewed,
  RequestInput,
  StartedJob,
  StartInput,
  TelemetryInput,
  ToolInput,
  ToolNoted,
} from './agent-schemas.ts';
import { completeJob } from './complete.ts';
import { extendJobLease } from './heartbeat.ts';
import { listAgents } from './heartbeats.ts';
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
      openapi: { method: 'POST', path: '/agent/jobs/request', tags, summary: 'Take jobs, under a lease' },
      rest: { cancellable: true },
    })
    .input(RequestInput)
    .output(Offer)
    .mutation(({ ctx, input, signal }) => requestJobs(ctx, input, signal)),

  start: agent
    .meta({
      openapi: { method: 'POST', path: '/agent/jobs/{job_id}/start', tags, summary: 'Begin an offered job' },
      rest: { errors: ['NOT_FOUND', 'JOB_NOT_YOURS', 'JOB_STATE'] },
    })
    .input(StartInput)
    .output(StartedJob)
    .mutation(({ ctx, input }) => startJob(ctx, input)),

  progress: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/jobs/{job_id}/progress',
        tags,
        summary: 'Say how a job is getting on; renews its lease',
      },
      rest: { status: 202, errors: ['NOT_FOUND', 'JOB_NOT_YOURS', 'JOB_STATE'] },
    })
    .input(ProgressInput)
    .output(Renewed)
    .mutation(({ ctx, input }) => reportProgress(ctx, input)),

  complete: agent
    .meta({
      openapi: { method: 'POST', path: '/agent/jobs/{job_id}/complete', tags, summary: 'End a job' },
      rest: { errors: ['NOT_FOUND', 'JOB_NOT_YOURS', 'JOB_STATE'] },
    })
    .input(CompleteInput)
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
    .input(ToolInput)
    .output(ToolNoted)
    .mutation(({ ctx, input }) => recordToolCall(ctx, input)),

  telemetry: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/telemetry',
        tags,
        summary: 'Report figures: tokens, latencies, errors',
      },
      rest: { status: 202 },
    })
    .input(TelemetryInput)
    .output(Accepted)
    .mutation(({ ctx, input }) => recordAgentMetrics(ctx, input)),

  heartbeat: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/heartbeat',
        tags,
        summary: 'A sign of life; tells which jobs were cancelled',
      },
    })
    .input(HeartbeatInput)
    .output(Heartbeat)
    .mutation(({ ctx, input }) => extendJobLease(ctx, input)),

  list: userProcedure
    .meta({ openapi: { method: 'GET', path: '/agents', tags, summary: 'My agents, and what they do' } })
    .input(z.object({}))
    .output(z.array(Agent))
    .query(({ ctx }) => listAgents(ctx)),
});
