import type { Client, RouterOutputs } from '../typescript/client.ts';
import { findErrorCode, persist } from './calls.ts';

export type OfferedJob = RouterOutputs['agent']['request']['jobs'][number];
type Metric = { name: string; value: number; model?: string; tool?: string };

/** Progress is told no more often than this, so that a job of a thousand files is not a thousand requests. */
const QUIET_MS = 1000;

/** Why a job's work ended before its end: it is another's now, or nobody's. */
export class Lost extends Error {}

/**
 * A job while this agent has it: says that it is being worked on, and keeps the lease by heartbeats. `signal` ends
 * the work when the job is cancelled, given to another, or the agent is told to stop.
 */
export class Holding {
  readonly job: OfferedJob;
  readonly signal: AbortSignal;
  readonly metrics: Metric[] = [];
  readonly #client: Client;
  readonly #agent_id: string;
  readonly #lost = new AbortController();
  readonly #heard: (sentence: string) => void;
  #told = 0;

  constructor(
    client: Client,
    agent_id: string,
    job: OfferedJob,
    stop: AbortSignal,
    heard: (sentence: string) => void,
  ) {
    this.#client = client;
    this.#agent_id = agent_id;
    this.job = job;
    this.#heard = heard;
    this.signal = AbortSignal.any([stop, this.#lost.signal]);
  }

  get #mine() {
    return { job_id: this.job.job_id, agent_id: this.#agent_id, attempt: this.job.attempt };
  }

  async start(): Promise<void> {
    await this.#call(() => this.#client.agent.start.mutate(this.#mine));
  }

  /** Beats until the returned function is called. */
  beat(seconds: number, agent_version: string): () => void {
    const { job_id } = this.job;
    const timer = setInterval(() => {
      this.#client.agent.heartbeat
        .mutate({ agent_id: this.#agent_id, status: 'processing', agent_version, current_job_id: job_id })
        .then(({ cancelled_jobs }) => {
          if (cancelled_jobs.includes(job_id)) this.#lost.abort(new Lost('the job was cancelled'));
        })
        // The next beat comes soon; a lease outlives two.
        .catch((error) => this.#heard(`heartbeat: ${error.message}`));
    }, seconds * 1000);
    return () => clearInterval(timer);
  }

  async progress(
    percent_complete: number,
    log_message: string,
    intermediate_artifact?: unknown,
  ): Promise<void> {
    this.#told = Date.now();
    await this.#call(() =>
      this.#client.agent.progress.mutate({
        ...this.#mine,
        percent_complete,
        log_message,
        ...(intermediate_artifact === undefined ? {} : { intermediate_artifact }),
      }),
    );
  }

  /** The same, unless something was said a moment ago. */
  async passing(percent_complete: number, log_message: string): Promise<void> {
    if (Date.now() - this.#told >= QUIET_MS) await this.progress(percent_complete, log_message);
  }

  /** Does a piece of the work as a tool call: reported with what went in and what of it came out, and timed. */
  async tool<T>(
    tool_name: string,
    tool_input: unknown,
    work: () => Promise<T>,
    shown: (result: T) => unknown,
  ): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.metrics.push({
      name: 'tool_call_latency_ms',
      value: Math.round(performance.now() - began),
      tool: tool_name,
    });
    const { agent_id, attempt } = this.#mine;
    const run_id = String(this.job.job_id);
    await this.#call(() =>
      this.#client.agent.toolCallback.mutate({
        run_id,
        tool_name,
        tool_input,
        tool_output: shown(result),
        agent_id,
        attempt,
      }),
    );
    return result;
  }

  async succeed(summary: string): Promise<void> {
    await this.#call(() => this.#client.agent.complete.mutate({ ...this.#mine, status: 'success', summary }));
  }

  async fail(error_message: string): Promise<void> {
    await this.#call(() =>
      this.#client.agent.complete.mutate({ ...this.#mine, status: 'failed', error_message }),
    );
  }

  /** Calls another operation of the server for this job, until it answers. */
  ask<T>(call: () => Promise<T>): Promise<T> {
    return persist(call, this.signal, this.#heard);
  }

  /** Figures are worth one try. */
  async report(): Promise<void> {
    const { job_id } = this.job;
    const metrics = this.metrics.map((metric) => ({ ...metric, job_id }));
    await this.#client.agent.telemetry
      .mutate({ agent_id: this.#agent_id, metrics })
      .catch((error) => this.#heard(`telemetry: ${error.message}`));
  }

  /** Calls until the server answers. Throws Lost when it says that the job is not this agent's any more. */
  async #call<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await persist(call, this.signal, this.#heard);
    } catch (error) {
      const code = findErrorCode(error);
      if (code !== 'JOB_NOT_YOURS' && code !== 'JOB_STATE' && code !== 'NOT_FOUND') throw error;
      const lost = new Lost((error as Error).message);
      this.#lost.abort(lost);
      throw lost;
    }
  }
}
