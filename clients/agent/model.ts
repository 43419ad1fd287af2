import { Ollama } from 'ollama';

const PROBE_TIMEOUT_MS = 2000;
const ANSWER_TIMEOUT_MS = 300_000;
const CONTEXT_TOKENS = 8192;

/** No language model is available; the message has the reason and what to do. */
export class ModelUnavailableError extends Error {}

export interface ModelAnswer {
  text: string;
  model: string;
  tokens: number;
}

/** A language model that Ollama serves. */
export class AgentModel {
  readonly #host: string;
  readonly #preferredName: string | undefined;

  /** @param preferredName the model to use; by default the first that Ollama lists */
  constructor(host: string, preferredName: string | undefined) {
    this.#host = host;
    this.#preferredName = preferredName;
  }

  /** The name of the model in use. Throws ModelUnavailableError. */
  async getName(): Promise<string> {
    const { models } = await this.#client(AbortSignal.timeout(PROBE_TIMEOUT_MS))
      .list()
      .catch(() => {
        throw new ModelUnavailableError(
          `No language model: Ollama does not answer at ${this.#host}. Start it with \`ollama serve\`, or name another with --ollama-host.`,
        );
      });
    const names = models.map(({ name }) => name);
    const match = this.#preferredName
      ? names.find((name) => name === this.#preferredName || name === `${this.#preferredName}:latest`)
      : names[0];
    if (match) return match;
    const pull = `ollama pull ${this.#preferredName ?? 'qwen2.5-coder'}`;
    throw new ModelUnavailableError(
      `No language model: Ollama at ${this.#host} has none that fits. Get one with \`${pull}\`.`,
    );
  }

  /** Throws ModelUnavailableError when there is no model, and the error of Ollama when it fails. */
  async ask(system: string, question: string, signal: AbortSignal): Promise<ModelAnswer> {
    const model = await this.getName();
    const client = this.#client(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]));
    const answer = await client.chat({
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: question },
      ],
      options: { temperature: 0.2, num_ctx: CONTEXT_TOKENS },
    });
    const tokens = (answer.prompt_eval_count ?? 0) + (answer.eval_count ?? 0);
    return { text: stripThoughts(answer.message.content), model, tokens };
  }

  #client(signal: AbortSignal): Ollama {
    return new Ollama({
      host: this.#host,
      fetch: (input, init) =>
        fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
    });
  }
}

/** Removes the reasoning that reasoning models put before the answer. */
function stripThoughts(text: string): string {
  return text.replace(/<think>[\s\S]*?<\/think>/g, '').trim();
}

/** The content of the first fenced block, or the whole text when there is none. */
export function extractCode(text: string): string {
  const [, inside] = /```[^`\n]*\n([\s\S]*?)\n?```/.exec(text) ?? [];
  return (inside ?? text).trim();
}
