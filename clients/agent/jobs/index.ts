import { ANALYSES, analyseRepository } from './analysis.ts';
import { generateCode } from './code.ts';
import { generateCommit } from './commit.ts';
import { updateReadme } from './readme.ts';
import { scanRepository } from './scan.ts';
import type { Work } from './work.ts';

/** Does a job; returns its summary. Throws an error whose message says why it failed. */
type Job = (work: Work) => Promise<string>;

const JOBS: Record<string, Job> = {
  git_scan: scanRepository,
  repository_analysis: analyseRepository,
  readme_update: updateReadme,
  commit_generation: generateCommit,
  code_generation: generateCode,
};

export const CAPABILITIES = [...Object.keys(JOBS), ...Object.keys(ANALYSES)];

export async function doJob(it: Work): Promise<string> {
  const { job_type } = it.holding.job;
  const job = JOBS[job_type];
  if (!job) throw new Error(`This agent does not know jobs of type ${JSON.stringify(job_type)}`);
  return job(it);
}
