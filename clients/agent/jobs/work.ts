import type { Client } from '../../typescript/client.ts';
import type { Repo } from '../git.ts';
import type { JobSession } from '../job-session.ts';
import type { AgentModel } from '../model.ts';

/** What a job is done with. */
export interface JobContext {
  session: JobSession;
  client: Client;
  repo: Repo;
  model: AgentModel;
  /** `commit_generation` may commit what it describes */
  allow_commit: boolean;
}

/** A text of the payload, if it has one under this name. */
export function readJobText(work: JobContext, name: string): string | undefined {
  const value = work.session.job.payload[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
