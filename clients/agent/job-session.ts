import type { RouterOutputs } from '../typescript/client.ts';
import { type Connection, callWithRetry, findErrorCode } from './connection.ts';

export type AssignedJob = RouterOutputs['agent']['request']['jobs'][number];
type JobMetric = { name: string; value: number; model?: string; tool?: string };

/** Minimum time between two progress reports, so that a job with many files does not make as many requests. */
const PROGRESS_INTERVAL_MS = 1000;

/** The work on a job ended early: the job was cancelled, or another agent has its lease. */
export class LeaseLostError extends Error {}

/**
 * A job while this agent has its lease: reports start, progress and end, and renews the lease by heartbeats. `signal`
 * ends the work when the job is cancelled, when another agent gets it, or when the agent stops.
 */
export class JobSession {
  readonly job: AssignedJob;
  readonly signal: AbortSignal;
  readonly metrics: JobMetric[] = [];
  readonly #connection: Connection;
  readonly #agent_id: string;
  readonly #maxAttempts: number;
  readonly #leaseLost = new AbortController();
  #lastProgressAt = 0;

  /** @param maxAttempts calls to an unreachable server after which the work ends */
  constructor(connection: Connection, agent_id: string, job: AssignedJob, maxAttempts: number) {
    this.#connection = connection;
    this.#agent_id = agent_id;
    this.#maxAttempts = maxAttempts;
    this.job = job;
    this.signal = AbortSignal.any([connection.stop, this.#leaseLost.signal]);
  }

  get #claim() {
    return { job_id: this.job.job_id, agent_id: this.#agent_id, attempt: this.job.attempt };
  }

  get #agent() {
    return this.#connection.client.agent;
  }

  async start(): Promise<void> {
    await this.#callForJob(() => this.#agent.start.mutate(this.#claim));
  }

  /** Sends heartbeats until the returned function is called. */
  startHeartbeat(seconds: number, agent_version: string): () => void {
    const { job_id } = this.job;
    const timer = setInterval(() => {
      this.#agent.heartbeat
        .mutate({ agent_id: this.#agent_id, status: 'processing', agent_version, current_job_id: job_id })
        .then(({ cancelled_jobs }) => {
          if (cancelled_jobs.includes(job_id)) {
            this.#leaseLost.abort(new LeaseLostError('the job was cancelled'));
          }
        })
        // A lease is longer than two missing heartbeats.
        .catch((error) => this.#connection.log(`heartbeat: ${error.message}`));
    }, seconds * 1000);
    return () => clearInterval(timer);
  }

  async progress(
    percent_complete: number,
    log_message: string,
    intermediate_artifact?: unknown,
  ): Promise<void> {
    this.#lastProgressAt = Date.now();
    await this.#callForJob(() =>
      this.#agent.progress.mutate({
        ...this.#claim,
        percent_complete,
        log_message,
        ...(intermediate_artifact === undefined ? {} : { intermediate_artifact }),
      }),
    );
  }

  /** Reports progress unless the last report was less than PROGRESS_INTERVAL_MS ago. */
  async throttleProgress(percent_complete: number, log_message: string): Promise<void> {
    if (Date.now() - this.#lastProgressAt >= PROGRESS_INTERVAL_MS) {
      await this.progress(percent_complete, log_message);
    }
  }

  /** Does a part of the work as a tool call, and reports its input, output and latency. */
  async callTool<T>(
    tool_name: string,
    tool_input: unknown,
    work: () => Promise<T>,
    toOutput: (result: T) => unknown,
  ): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    const value = Math.round(performance.now() - startedAt);
    this.metrics.push({ name: 'tool_call_latency_ms', value, tool: tool_name });
    const { agent_id, attempt } = this.#claim;
    const run_id = String(this.job.job_id);
    const tool_output = toOutput(result);
    await this.#callForJob(() =>
      this.#agent.toolCallback.mutate({ run_id, tool_name, tool_input, tool_output, agent_id, attempt }),
    );
    return result;
  }

  async succeed(summary: string): Promise<void> {
    await this.#callForJob(() => this.#agent.complete.mutate({ ...this.#claim, status: 'success', summary }));
  }

  async fail(error_message: string): Promise<void> {
    await this.#callForJob(() =>
      this.#agent.complete.mutate({ ...this.#claim, status: 'failed', error_message }),
    );
  }

  /** Hands the job back, for an agent that can do it. */
  async release(reason: string): Promise<void> {
    await this.#callForJob(() => this.#agent.release.mutate({ ...this.#claim, reason }));
  }

  /** Calls another operation of the server for this job, with retries. */
  callServer<T>(call: () => Promise<T>): Promise<T> {
    return callWithRetry(call, { ...this.#connection, stop: this.signal }, this.#maxAttempts);
  }

  /** Sends the metrics once; a failure is only logged. */
  async reportMetrics(): Promise<void> {
    const { job_id } = this.job;
    const metrics = this.metrics.map((metric) => ({ ...metric, job_id }));
    await this.#agent.telemetry
      .mutate({ agent_id: this.#agent_id, metrics })
      .catch((error) => this.#connection.log(`telemetry: ${error.message}`));
  }

  /** Calls until the server answers. Throws LeaseLostError when this agent does not have the lease. */
  async #callForJob<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.callServer(call);
    } catch (error) {
      const code = findErrorCode(error);
      if (code !== 'JOB_NOT_YOURS' && code !== 'JOB_STATE' && code !== 'NOT_FOUND') throw error;
      const leaseLost = new LeaseLostError((error as Error).message);
      this.#leaseLost.abort(leaseLost);
      throw leaseLost;
    }
  }
}
