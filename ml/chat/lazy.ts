import { type ChatEngine, type ChatEngineOptions, startChatEngine } from './engine.ts';

/** The chatbot of the process, which starts at its first use or when the server starts it. */
export interface Chat {
  /** Starts the engine once. After a failure the next call tries again. */
  engine(): Promise<ChatEngine>;
  /** The engine if it has started, otherwise null. */
  findEngine(): ChatEngine | null;
  close(): Promise<void>;
}

/** Wraps an engine that is not started yet, so that commands without a chatbot do not load it. */
export function createLazyChat(options: ChatEngineOptions): Chat {
  let enginePromise: Promise<ChatEngine> | null = null;
  let engine: ChatEngine | null = null;
  return {
    engine() {
      enginePromise ??= startChatEngine(options).then(
        (started) => {
          engine = started;
          return started;
        },
        (error: unknown) => {
          enginePromise = null;
          throw error;
        },
      );
      return enginePromise;
    },
    findEngine: () => engine,
    async close() {
      await (await enginePromise?.catch(() => null))?.close();
    },
  };
}
