import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../typescript/client.ts';
import { connect, persist } from './calls.ts';
import { Repo } from './git.ts';
import { Holding, Lost, type OfferedJob } from './job-session.ts';
import { CAPABILITIES, doJob } from './jobs/index.ts';
import { Model } from './model.ts';

export interface AgentOptions {
  url: string;
  token: string | undefined;
  /** folders of the repositories it works on */
  repos: string[];
  agent_id: string;
  agent_version: string;
  allow_commit: boolean;
  ollama: { host: string; model: string | undefined };
  heartbeat_seconds: number;
  /** ends when there is nothing to do */
  once: boolean;
}

const POLL_SECONDS = 25;

/**
 * Takes jobs and does them until `stop`. What it was doing then is left as it is: its lease runs out, and the job goes
 * to the next agent. Throws what the server says of bad credentials and bad input.
 */
export async function runAgent(
  options: AgentOptions,
  stop: AbortSignal,
  say: (sentence: string) => void,
): Promise<void> {
  const client = connect(options.url, options.token);
  const repos = await register(client, options, stop, say);
  const { agent_id, agent_version, heartbeat_seconds, once } = options;
  const asks = { agent_id, capabilities: CAPABILITIES, status: 'idle', agent_version, heartbeat_seconds };
  const wait_seconds = once ? 0 : POLL_SECONDS;
  while (!stop.aborted) {
    const began = performance.now();
    const ask = () => client.agent.request.mutate({ ...asks, wait_seconds }, { signal: stop });
    const { jobs, poll_after_seconds } = await persist(ask, stop, say);
    for (const job of jobs) await hold(client, options, repos, job, stop, say);
    if (jobs.length > 0) continue;
    if (once) return;
    // A server that is stopping does not let anybody wait.
    if (performance.now() - began < 1000) await sleep(poll_after_seconds * 1000, undefined, { signal: stop });
  }
}

async function register(
  client: Client,
  { repos }: AgentOptions,
  stop: AbortSignal,
  say: (sentence: string) => void,
): Promise<Map<number, Repo>> {
  const known = new Map<number, Repo>();
  for (const folder of repos) {
    const repo = await Repo.open(folder);
    const told = { name: await repo.name(), local_path: repo.folder, remote_url: await repo.remote() };
    const { id, name } = await persist(() => client.git.register.mutate(told), stop, say);
    known.set(id, repo);
    say(`works on ${repo.folder}, project ${id} (${name})`);
  }
  return known;
}

async function hold(
  client: Client,
  options: AgentOptions,
  repos: Map<number, Repo>,
  job: OfferedJob,
  stop: AbortSignal,
  say: (sentence: string) => void,
): Promise<void> {
  const named = `job ${job.job_id} (${job.job_type}, attempt ${job.attempt})`;
  const holding = new Holding(client, options.agent_id, job, stop, say);
  const began = performance.now();
  let still = () => {};
  try {
    await holding.start();
    still = holding.beat(options.heartbeat_seconds, options.agent_version);
    say(`${named}: started`);
    const repo = repos.get(job.project);
    if (!repo)
      throw new Error(`This agent does not have project ${job.project} (${job.payload.project.name})`);
    const model = new Model(options.ollama.host, options.ollama.model);
    const summary = await doJob({ holding, client, repo, model, allow_commit: options.allow_commit });
    await holding.succeed(summary);
    say(`${named}: done`);
  } catch (error) {
    await ended(holding, named, error, stop, say);
  } finally {
    still();
  }
  holding.metrics.push({ name: 'job_duration_ms', value: Math.round(performance.now() - began) });
  if (!stop.aborted) await holding.report();
}

/** A job that is lost or left is not failed: it is cancelled, another's, or will be. */
async function ended(
  holding: Holding,
  named: string,
  error: unknown,
  stop: AbortSignal,
  say: (sentence: string) => void,
): Promise<void> {
  const { reason } = holding.signal;
  if (stop.aborted) return say(`${named}: left; another agent gets it when its lease has run out`);
  if (error instanceof Lost || reason instanceof Lost) {
    return say(`${named}: dropped, ${(reason instanceof Lost ? reason : (error as Error)).message}`);
  }
  const { message } = error as Error;
  say(`${named}: failed, ${message}`);
  holding.metrics.push({ name: 'errors', value: 1 });
  await holding.fail(message.slice(0, 10_000)).catch((error) => {
    if (!(error instanceof Lost) && !stop.aborted) throw error;
  });
}
