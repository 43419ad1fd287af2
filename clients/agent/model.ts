import { Ollama } from 'ollama';

const PROBE_MS = 2000;
const ANSWER_MS = 300_000;
const CONTEXT_TOKENS = 8192;

/** Why there is no language model, as a sentence. */
export class NoModel extends Error {}

export interface Answered {
  text: string;
  model: string;
  tokens: number;
}

/** The language model of an Ollama on this machine or another, if one runs. */
export class Model {
  readonly #host: string;
  readonly #wanted: string | undefined;

  /** @param wanted the model's name; the first that is there unless given */
  constructor(host: string, wanted: string | undefined) {
    this.#host = host;
    this.#wanted = wanted;
  }

  /** The name of the model that would answer. Throws NoModel. */
  async name(): Promise<string> {
    const { models } = await this.#client(AbortSignal.timeout(PROBE_MS))
      .list()
      .catch(() => {
        throw new NoModel(
          `No language model: Ollama does not answer at ${this.#host}. Start it with \`ollama serve\`, or name another with --ollama-host.`,
        );
      });
    const names = models.map(({ name }) => name);
    const found = this.#wanted
      ? names.find((name) => name === this.#wanted || name === `${this.#wanted}:latest`)
      : names[0];
    if (found) return found;
    const pull = `ollama pull ${this.#wanted ?? 'qwen2.5-coder'}`;
    throw new NoModel(
      `No language model: Ollama at ${this.#host} has none that fits. Get one with \`${pull}\`.`,
    );
  }

  /** Throws NoModel when none answers, and what Ollama says when it fails. */
  async ask(system: string, question: string, signal: AbortSignal): Promise<Answered> {
    const model = await this.name();
    const client = this.#client(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]));
    const answer = await client.chat({
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: question },
      ],
      options: { temperature: 0.2, num_ctx: CONTEXT_TOKENS },
    });
    const tokens = (answer.prompt_eval_count ?? 0) + (answer.eval_count ?? 0);
    return { text: withoutThoughts(answer.message.content), model, tokens };
  }

  #client(signal: AbortSignal): Ollama {
    return new Ollama({
      host: this.#host,
      fetch: (input, init) =>
        fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
    });
  }
}

/** Some models think aloud before they answer. */
function withoutThoughts(text: string): string {
  return text.replace(/<think>[\s\S]*?<\/think>/g, '').trim();
}

/** The inside of the first fenced block, or the text itself. */
export function unfenced(text: string): string {
  const [, inside] = /```[^\n]*\n([\s\S]*?)\n?```/.exec(text) ?? [];
  return (inside ?? text).trim();
}
