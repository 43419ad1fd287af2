import type { Client } from '../../typescript/client.ts';
import type { Repo } from '../git.ts';
import type { JobSession } from '../job-session.ts';
import { type AgentModel, ModelUnavailableError } from '../model.ts';

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

/**
 * The model's answer to a prompt, for work that has a fallback: null when no model is available or it fails, after the
 * reason and `fallback` (what is done instead) are reported as progress.
 */
export async function askModelIfAvailable(
  { session, model }: JobContext,
  prompt: { system: string; question: string },
  { percent, fallback }: { percent: number; fallback: string },
): Promise<string | null> {
  try {
    const answer = await model.ask(prompt.system, prompt.question, session.signal);
    session.metrics.push({ name: 'llm_tokens_used', value: answer.tokens, model: answer.model });
    return answer.text;
  } catch (error) {
    session.signal.throwIfAborted();
    const reason =
      error instanceof ModelUnavailableError
        ? error.message
        : `The language model failed: ${(error as Error).message}`;
    await session.progress(percent, `${reason} ${fallback}`);
    return null;
  }
}
