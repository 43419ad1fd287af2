import { join } from 'node:path';
import type { Embedder } from '../text/embed.ts';
import type { CompiledPolicies } from '../text/policies.ts';
import { answerMessage } from './answer.ts';
import type { ChatEvent, ChatRequest } from './chat-engine-types.ts';
import { createReviser } from './generate.ts';
import type { FallbackReason } from './generation-error.ts';
import { loadKnowledge } from './knowledge.ts';
import { LanguageModel, type LanguageModelOptions, type ModelState } from './ollama.ts';
import { splitPassages } from './passages.ts';
import { buildSearch, type Search, type VectorSide } from './search.ts';
import { openVectorIndex, SHIPPED_VECTORS } from './vectors.ts';

export type { FallbackReason, LanguageModelOptions, ModelState };

export interface ChatEngineOptions {
  /** Folder of files `<topic>.<ko|en>.md`. */
  knowledgeDir: string;
  /** Folder of the vector index, which is built when it is missing. */
  indexDir: string;
  /** Opens the embedder. Called after the start, and again as long as it or the index fails. */
  embedder(): Promise<Embedder>;
  ollama?: LanguageModelOptions | undefined;
  /** Called for each message, so that an edited policy applies at once. */
  policies(): CompiledPolicies;
  log?(message: string, fields: Record<string, unknown>): void;
  /** Called while the index is built, which is not logged then. */
  onIndexing?: ((done: number, total: number) => void) | undefined;
  onFallback?(reason: FallbackReason): void;
  /** milliseconds until building the vectors is tried again after a failure; a minute by default */
  retryMs?: number;
}

const RETRY_MS = 60_000;
/** Passages between two progress lines in the log; a multiple of the batch. */
const LOG_EVERY = 1024;

/** `building`: text search answers until the vectors are ready. `text_only`: the vectors could not be built. */
export interface EngineState {
  index: 'building' | 'ready' | 'text_only';
  embedder: string | null;
  topics: number;
  /** passages embedded so far, and the total */
  embedded: number;
  passages: number;
  /** how often an answer of the language model was replaced, by reason */
  fallbacks: Partial<Record<FallbackReason, number>>;
}

export interface ChatEngine {
  /** Events of one answer. Ending the iteration or aborting the request's signal ends the generation. */
  answer(request: ChatRequest): AsyncIterable<ChatEvent>;
  search: Search;
  state(): EngineState;
  /** `off` when no model is configured. */
  llm(): Promise<ModelState | 'off'>;
  /** Resolves when the index is ready or has failed. Never rejects. */
  indexReady: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the chatbot: reads the documents, answers from text search at once, and opens or builds the vectors in the
 * background. Throws when there is no document.
 */
export async function startChatEngine(options: ChatEngineOptions): Promise<ChatEngine> {
  const log = options.log ?? (() => {});
  const knowledge = await loadKnowledge(options.knowledgeDir);
  for (const problem of knowledge.problems) log('A knowledge document was left out', problem);
  if (knowledge.documents.length === 0) throw new Error(`No knowledge documents in ${options.knowledgeDir}`);
  const passages = splitPassages(knowledge.documents);
  const state: EngineState = {
    index: 'building',
    embedder: null,
    topics: new Set(knowledge.documents.map(({ id }) => id)).size,
    embedded: 0,
    passages: passages.length,
    fallbacks: {},
  };
  let vectorSide: VectorSide | null = null;
  let embedder: Embedder | null = null;
  const search = buildSearch(knowledge.documents, passages, () => vectorSide);
  let isClosed = false;
  let retryTimer: NodeJS.Timeout | undefined;
  const indexReady = tryVectors();

  /** Tries again later: the model's files, Ollama or disk space may be available then. */
  function tryVectors(): Promise<void> {
    return withVectors().catch((error: unknown) => {
      if (isClosed) return;
      const reason = error instanceof Error ? error.message : String(error);
      if (state.index !== 'text_only') log('The chatbot answers without vectors', { reason });
      state.index = 'text_only';
      retryTimer = setTimeout(() => void tryVectors(), options.retryMs ?? RETRY_MS).unref();
    });
  }

  async function withVectors(): Promise<void> {
    embedder ??= await options.embedder();
    if (isClosed) return embedder.close();
    state.embedder = embedder.id;
    const openEmbedder = embedder;
    const index = await openVectorIndex({
      folder: options.indexDir,
      shipped: join(options.knowledgeDir, SHIPPED_VECTORS),
      passages,
      embedder: openEmbedder,
      onProgress: (done, total) => {
        state.embedded = done;
        if (options.onIndexing) options.onIndexing(done, total);
        else if (done % LOG_EVERY === 0 || done === total) log('Building the chatbot index', { done, total });
      },
      onDamaged: (reason) => log('The chatbot index is rebuilt', { reason }),
    });
    state.embedded = passages.length;
    vectorSide = { embedder: openEmbedder, index };
    state.index = 'ready';
    log('The chatbot index is ready', { passages: passages.length, embedder: openEmbedder.id });
  }

  const model = options.ollama ? new LanguageModel(options.ollama) : null;
  void model?.warmUp();
  const reviser =
    model &&
    createReviser(model, (reason, detail) => {
      log('The composed answer stays, without the language model', { reason, detail });
      state.fallbacks[reason] = (state.fallbacks[reason] ?? 0) + 1;
      options.onFallback?.(reason);
    });
  const deps = { documents: knowledge.documents, search, policies: options.policies, reviser };
  return {
    answer: (request) => answerMessage(deps, request),
    search,
    state: () => ({ ...state }),
    llm: async () => (model ? model.state() : 'off'),
    indexReady,
    async close() {
      isClosed = true;
      clearTimeout(retryTimer);
      await embedder?.close();
    },
  };
}
