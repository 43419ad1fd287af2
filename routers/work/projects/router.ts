import { z } from 'zod';
import { BareListInput } from '../../core/cursor.ts';
import { router, userProcedure } from '../../core/procedures.ts';
import { cancelJob } from '../jobs/cancel.ts';
import { createJob } from '../jobs/create.ts';
import { getJob, listJobs } from '../jobs/job.ts';
import { CreateJobInput, Job, JobPage, JobRef, ListJobsInput } from '../jobs/schemas.ts';
import { getProjectWebhook, rotateProjectWebhook } from '../webhooks/project-secret.ts';
import { ProjectWebhook } from '../webhooks/schemas.ts';
import { getProject, listProjects } from './project.ts';
import { Project, ProjectId } from './schemas.ts';

const tags = ['Projects'];

export const projectsRouter = router({
  list: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/projects',
        tags,
        summary: "List the caller's projects, newest first",
        description: 'The repositories that the caller has registered.',
      },
    })
    .input(BareListInput)
    .output(z.array(Project))
    .query(({ ctx, input }) => listProjects(ctx, input)),

  get: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/projects/{project_id}',
        tags,
        summary: 'Get a project',
        description: 'One project with the figures of its last scan.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(z.object({ project_id: ProjectId }))
    .output(Project)
    .query(({ ctx, input }) => getProject(ctx, input)),

  webhook: userProcedure
    .meta({
      keys: [],
      openapi: {
        method: 'GET',
        path: '/projects/{project_id}/webhook',
        tags,
        summary: 'Get the address and the secret for the webhook of a project',
        description: 'What to enter at the Git server so that its pushes reach this project.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(z.object({ project_id: ProjectId }))
    .output(ProjectWebhook)
    .query(({ ctx, input }) => getProjectWebhook(ctx, input)),

  rotateWebhook: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/projects/{project_id}/webhook/rotate',
        tags,
        summary: 'Replace the secret of the webhook of a project',
        description: 'Makes a new secret. Deliveries signed with the old one are refused from now on.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(z.object({ project_id: ProjectId }))
    .output(ProjectWebhook)
    .mutation(({ ctx, input }) => rotateProjectWebhook(ctx, input)),

  createJob: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'POST',
        path: '/projects/{project_id}/jobs',
        tags,
        summary: 'Queue a job for an agent',
        description:
          'The job waits until an agent with the required capabilities asks for it. An `Idempotency-Key` keeps a repeated call from queueing it twice.',
      },
      rest: { status: 201, idempotent: true, errors: ['NOT_FOUND'] },
    })
    .input(CreateJobInput)
    .output(Job)
    .mutation(({ ctx, input }) => createJob(ctx, input)),

  jobs: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/projects/{project_id}/jobs',
        tags,
        summary: 'List the jobs of a project, newest first',
        description: 'With their progress; `status` filters them.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(ListJobsInput)
    .output(JobPage)
    .query(({ ctx, input }) => listJobs(ctx, input)),

  job: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/projects/{project_id}/jobs/{job_id}',
        tags,
        summary: 'Get a job',
        description: 'One job with its progress, its log and its result.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(JobRef)
    .output(Job)
    .query(({ ctx, input }) => getJob(ctx, input)),

  cancelJob: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'POST',
        path: '/projects/{project_id}/jobs/{job_id}/cancel',
        tags,
        summary: 'Cancel a job',
        description:
          'A waiting job ends at once. A running one ends when its agent hears of it, with its next heartbeat.',
      },
      rest: { errors: ['NOT_FOUND', 'JOB_STATE'] },
    })
    .input(JobRef)
    .output(Job)
    .mutation(({ ctx, input }) => cancelJob(ctx, input)),
});
