import { type ChatEngine, type ChatEngineOptions, startChatEngine } from './engine.ts';

/** The chatbot as the product holds it: started when it is first needed, or when the server says so. */
export interface Chat {
  /** Starts it once; a start that failed is tried again by the next call. */
  engine(): Promise<ChatEngine>;
  /** The engine if it has been started, else null. */
  started(): ChatEngine | null;
  close(): Promise<void>;
}

/** Holds a chat engine that is not started yet: commands that don't chat don't pay for it. */
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
