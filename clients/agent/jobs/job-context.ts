import type { Client } from '../../typescript/client.ts';
import type { Repo } from '../git.ts';
import type { JobSession } from '../job-session.ts';
import type { AgentModel } from '../model.ts';

/** What a job handler gets. */
export interface JobContext {
  session: JobSession;
  client: Client;
  repo: Repo;
  model: AgentModel;
  /** whether `commit_generation` may commit */
  allow_commit: boolean;
}

/** A text of the payload; null when it is missing, blank or not a text. */
export function readJobText(work: JobContext, name: string): string | undefined {
  const value = work.session.job.payload[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
