import { type ChatEngine, type ChatEngineOptions, startChatEngine } from './engine.ts';

/** The chatbot of the process, which starts at its first use or when the server starts it. */
export interface Chat {
  /** Starts the engine once. After a failure the next call tries again. */
  engine(): Promise<ChatEngine>;
  /** The engine if it has started, otherwise null. */
  started(): ChatEngine | null;
  close(): Promise<void>;
}

/** Wraps an engine that is not started yet, so that commands without a chatbot do not load it. */
export function createLazyChat(options: ChatEngineOptions): Chat {
  let starting: Promise<ChatEngine> | null = null;
  let running: ChatEngine | null = null;
  return {
    engine() {
      starting ??= startChatEngine(options).then(
        (engine) => {
          running = engine;
          return engine;
        },
        (error: unknown) => {
          starting = null;
          throw error;
        },
      );
      return starting;
    },
    started: () => running,
    async close() {
      await (await starting?.catch(() => null))?.close();
    },
  };
}
