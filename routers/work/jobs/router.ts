import { z } from 'zod';
import { BareListInput } from '../../core/cursor.ts';
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
  ReleasedJob,
  ReleaseJobInput,
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
import { releaseJob } from './release.ts';
import { requestJobs } from './request.ts';
import { startJob } from './start.ts';
import { recordToolCall } from './tool-callback.ts';

const tags = ['Agents'];
const agent = scopedProcedure('agent');

export const agentRouter = router({
  request: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/jobs/request',
        tags,
        summary: 'Request jobs under a lease',
        description:
          "Hands out jobs that fit the agent's capabilities. With `wait_seconds` the call waits until there is one.",
      },
      rest: { cancellable: true },
    })
    .input(RequestJobsInput)
    .output(JobOffer)
    .mutation(({ ctx, input, signal }) => requestJobs(ctx, input, signal)),

  start: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/jobs/{job_id}/start',
        tags,
        summary: 'Start an offered job',
        description: "The offer becomes the agent's own for as long as it keeps reporting.",
      },
      rest: { errors: ['NOT_FOUND', 'JOB_NOT_YOURS', 'JOB_STATE'] },
    })
    .input(StartJobInput)
    .output(StartedJob)
    .mutation(({ ctx, input }) => startJob(ctx, input)),

  release: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/jobs/{job_id}/release',
        tags,
        summary: 'Hand a job back',
        description:
          'The job returns to the queue at once, for another agent, and the attempt does not count. The agent that ' +
          'handed it back is given it again after 10 minutes.',
      },
      rest: { errors: ['NOT_FOUND', 'JOB_NOT_YOURS', 'JOB_STATE'] },
    })
    .input(ReleaseJobInput)
    .output(ReleasedJob)
    .mutation(({ ctx, input }) => releaseJob(ctx, input)),

  progress: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/jobs/{job_id}/progress',
        tags,
        summary: 'Report the progress of a job and extend its lease',
        description:
          'Adds a line to the log of the job and tells how far it is. Late agents are answered 409.',
      },
      rest: { status: 202, errors: ['NOT_FOUND', 'JOB_NOT_YOURS', 'JOB_STATE'] },
    })
    .input(ReportProgressInput)
    .output(RenewedJob)
    .mutation(({ ctx, input }) => reportProgress(ctx, input)),

  complete: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/agent/jobs/{job_id}/complete',
        tags,
        summary: 'Complete a job',
        description:
          'Ends the job as a success or a failure. The same result again is answered as the first time.',
      },
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
        description: 'Keeps what a tool was called with and what it returned, in the log of the job or run.',
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
        description: 'Keeps the figures that an agent measured, with the job that they belong to.',
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
        description: "Extends the leases of the agent's jobs and answers which of them were cancelled.",
      },
    })
    .input(AgentHeartbeatInput)
    .output(HeartbeatReceipt)
    .mutation(({ ctx, input }) => receiveHeartbeat(ctx, input)),

  list: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/agents',
        tags,
        summary: "List the caller's agents",
        description: 'With what they can do and when they were last heard of.',
      },
    })
    .input(BareListInput)
    .output(z.array(Agent))
    .query(({ ctx, input }) => listAgents(ctx, input)),
});
