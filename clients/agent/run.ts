import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, callWithRetry, createConnection, explainRefusal } from './connection.ts';
import { Repo } from './git.ts';
import { type AssignedJob, JobSession, LeaseLostError } from './job-session.ts';
import { CAPABILITIES, runJobHandler, UnsupportedJobError } from './jobs/index.ts';
import { AgentModel } from './model.ts';

export interface AgentOptions {
  url: string;
  token: string | undefined;
  /** of the server's sentences */
  language: 'ko' | 'en';
  /** folders of the repositories to work on */
  repos: string[];
  agent_id: string;
  agent_version: string;
  allow_commit: boolean;
  ollama: { host: string; model: string | undefined };
  heartbeat_seconds: number;
  /** stops when there are no jobs, and with an error when the server cannot be reached */
  once: boolean;
}

const POLL_SECONDS = 25;
/** With `once`, calls to an unreachable server until it counts as gone: about 15 s. */
const MAX_ATTEMPTS_ONCE = 5;

/** Repositories by project id. */
type Repos = ReadonlyMap<number, Repo>;

/**
 * Takes jobs and does them until `stop`. A job in progress is then abandoned: its lease expires, and another agent
 * gets it. Throws the server's error for invalid credentials and input.
 */
export async function runAgent(
  options: AgentOptions,
  stop: AbortSignal,
  log: (sentence: string) => void,
): Promise<void> {
  const connection = createConnection(options, stop, log);
  const repos = await registerRepos(connection, options).catch((error) => {
    throw explainRefusal(error, options);
  });
  for (let isFirst = true; !stop.aborted; isFirst = false) {
    const startedAt = performance.now();
    const wait_seconds = options.once || isFirst ? 0 : POLL_SECONDS;
    const request = { wait_seconds, project_ids: [...repos.keys()] };
    const { jobs, poll_after_seconds } = await requestJobs(connection, options, request);
    for (const job of jobs) await runJob(connection, options, repos, job);
    if (jobs.length > 0) continue;
    if (options.once || isFirst) log(toJobHint(connection, repos));
    if (options.once) return;
    // A server that is shutting down answers at once.
    const isEarly = !isFirst && performance.now() - startedAt < 1000;
    if (isEarly) await sleep(poll_after_seconds * 1000, undefined, { signal: stop });
  }
}

async function registerRepos(connection: Connection, { repos, once }: AgentOptions): Promise<Repos> {
  const { client, log } = connection;
  const byProject = new Map<number, Repo>();
  for (const folder of repos) {
    const repo = await Repo.open(folder);
    const input = {
      name: await repo.getName(),
      local_path: repo.folder,
      remote_url: await repo.findRemoteUrl(),
    };
    const register = () => client.git.register.mutate(input);
    const { id, name } = await callWithRetry(register, connection, once ? 1 : undefined);
    byProject.set(id, repo);
    log(`works on ${repo.folder}, project ${id} (${name})`);
  }
  return byProject;
}

function requestJobs(
  connection: Connection,
  options: AgentOptions,
  request: { wait_seconds: number; project_ids: number[] },
) {
  const { agent_id, agent_version, heartbeat_seconds, once } = options;
  const agent = { agent_id, capabilities: CAPABILITIES, status: 'idle', agent_version, heartbeat_seconds };
  const { client, stop } = connection;
  return callWithRetry(
    () => client.agent.request.mutate({ ...agent, ...request }, { signal: stop }),
    connection,
    once ? MAX_ATTEMPTS_ONCE : undefined,
  );
}

/**
 * A command that queues a job for the agent. Only users can queue jobs, so it needs an access token and not an API
 * key.
 */
function toJobHint({ address }: Connection, repos: Repos): string {
  const [project] = repos.keys();
  return (
    'nothing to do; queue a job with: ' +
    `curl -X POST ${address}/projects/${project}/jobs -H "Authorization: Bearer $ACCESS_TOKEN" ` +
    `-H 'Content-Type: application/json' -d '{"job_type":"git_scan"}'`
  );
}

async function runJob(
  connection: Connection,
  options: AgentOptions,
  repos: Repos,
  job: AssignedJob,
): Promise<void> {
  const { client, stop, log } = connection;
  const label = `job ${job.job_id} (${job.job_type}, attempt ${job.attempt})`;
  const maxAttempts = options.once ? MAX_ATTEMPTS_ONCE : Number.POSITIVE_INFINITY;
  const session = new JobSession(connection, options.agent_id, job, maxAttempts);
  const startedAt = performance.now();
  let stopHeartbeat = () => {};
  try {
    await session.start();
    stopHeartbeat = session.startHeartbeat(options.heartbeat_seconds, options.agent_version);
    log(`${label}: started`);
    const repo = repos.get(job.project);
    if (!repo) {
      throw new UnsupportedJobError(
        `This agent does not have project ${job.project} (${job.payload.project.name})`,
      );
    }
    const model = new AgentModel(options.ollama.host, options.ollama.model);
    const { allow_commit } = options;
    const summary = await runJobHandler({ session, client, repo, model, allow_commit });
    await session.succeed(summary);
    log(`${label}: done`);
  } catch (error) {
    await endJob(connection, session, label, error);
  } finally {
    stopHeartbeat();
  }
  const value = Math.round(performance.now() - startedAt);
  session.metrics.push({ name: 'job_duration_ms', value });
  if (!stop.aborted) await session.reportMetrics();
}

/** Reports a failure, unless the agent is stopping or has lost the lease. */
async function endJob(
  { stop, log }: Connection,
  session: JobSession,
  label: string,
  error: unknown,
): Promise<void> {
  if (stop.aborted) return log(`${label}: left; another agent gets it when its lease has run out`);
  const { reason } = session.signal;
  const isLeaseLost = [reason, error].find((cause) => cause instanceof LeaseLostError);
  if (isLeaseLost) return log(`${label}: dropped, ${isLeaseLost.message}`);
  const { message } = error as Error;
  if (error instanceof UnsupportedJobError) {
    log(`${label}: handed back, ${message}`);
    return session.release(message).catch((failure) => {
      if (!(failure instanceof LeaseLostError) && !stop.aborted) throw failure;
    });
  }
  log(`${label}: failed, ${message}`);
  session.metrics.push({ name: 'errors', value: 1 });
  await session.fail(message.slice(0, 10_000)).catch((failure) => {
    if (!(failure instanceof LeaseLostError) && !stop.aborted) throw failure;
  });
}
