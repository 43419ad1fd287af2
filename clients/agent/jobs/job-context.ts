import type { Client } from '../../typescript/client.ts';
import type { Repo } from '../git.ts';
import type { JobSession } from '../job-session.ts';
import type { AgentModel } from '../model.ts';

/** What a job handler works with. */
export interface JobContext {
  session: JobSession;
  client: Client;
  repo: Repo;
  model: AgentModel;
  /** `commit_generation` may commit what it describes */
  allow_commit: boolean;
}

/** The text that the payload has under this name, if it is one and not blank. */
export function readJobText(work: JobContext, name: string): string | undefined {
  const value = work.session.job.payload[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
