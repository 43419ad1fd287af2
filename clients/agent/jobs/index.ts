import { ANALYSES, analyzeRepository } from './analysis.ts';
import { generateCode } from './code.ts';
import { generateCommit } from './commit.ts';
import type { JobContext } from './job-context.ts';
import { updateReadme } from './readme.ts';
import { scanRepository } from './scan.ts';

/** This agent cannot do the job, and another one may. */
export class UnsupportedJobError extends Error {}

/** Does a job and returns its summary. Throws an error whose message is the reason of the failure. */
type JobHandler = (work: JobContext) => Promise<string>;

const JOB_HANDLERS: Record<string, JobHandler> = {
  git_scan: scanRepository,
  repository_analysis: analyzeRepository,
  readme_update: updateReadme,
  commit_generation: generateCommit,
  code_generation: generateCode,
};

export const CAPABILITIES = [...Object.keys(JOB_HANDLERS), ...Object.keys(ANALYSES)];

export async function runJobHandler(work: JobContext): Promise<string> {
  const { job_type } = work.session.job;
  const job = JOB_HANDLERS[job_type];
  if (!job)
    throw new UnsupportedJobError(`This agent does not know jobs of type ${JSON.stringify(job_type)}`);
  return job(work);
}
