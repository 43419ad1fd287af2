import type { Client } from '../../typescript/client.ts';
import type { Repo } from '../git.ts';
import type { Holding } from '../job-session.ts';
import type { Model } from '../model.ts';

/** What a job is done with. */
export interface Work {
  holding: Holding;
  client: Client;
  repo: Repo;
  model: Model;
  /** `commit_generation` may commit what it describes */
  allow_commit: boolean;
}

/** A text of the payload, if it has one under this name. */
export function readJobText(it: Work, name: string): string | undefined {
  const value = it.holding.job.payload[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
