import path from 'node:path';
import { loadKnowledge } from '../../../ml/chat/knowledge.ts';
import { LanguageModel } from '../../../ml/chat/ollama.ts';
import { splitPassages } from '../../../ml/chat/passages.ts';
import { inspectIndex, SHIPPED_VECTORS } from '../../../ml/chat/vectors.ts';
import { openEmbedder } from '../../../ml/text/embed.ts';
import { startClassifier } from '../../../ml/url/classify.ts';
import { resolveInPackage } from '../../process/env.ts';
import { listMissingModelFiles } from '../../process/variables.ts';
import { type Check, type Finding, fail, ok, toMessage, warn } from './finding.ts';

const KNOWN = { safe: 'https://www.wikipedia.org/', dangerous: 'http://secure-naver-login.tk/' };

/** Passes when the model's files exist, it loads, and it distinguishes a harmless address from a dangerous one. */
export const urlModel: Check = async ({ url_model_dir: modelDir }) => {
  const advice = 'install the package again, or have URL_MODEL_DIR name a whole model';
  const missing = listMissingModelFiles(modelDir);
  if (missing.length > 0) return [fail('URL model', `${modelDir} is without ${missing.join(', ')}`, advice)];
  try {
    const model = await startClassifier({ modelDir });
    try {
      const [safe, dangerous] = await model.classify([KNOWN.safe, KNOWN.dangerous]);
      const { model_version } = model.info;
      const scores = `${safe?.risk.toFixed(3)} for ${KNOWN.safe}, ${dangerous?.risk.toFixed(3)} for ${KNOWN.dangerous}`;
      if (!safe || !dangerous || !(safe.risk < dangerous.risk))
        return [fail('URL model', `${model_version} gives ${scores}`, advice)];
      return [ok('URL model', `${model_version} gives ${scores}`)];
    } finally {
      await model.close();
    }
  } catch (error) {
    return [fail('URL model', toMessage(error), advice)];
  }
};

/** Checks the embedding model and its vector index. */
export const chatbot: Check = async ({ EMBEDDING_MODEL, OLLAMA_HOST, DATA_DIR }) => {
  const name = EMBEDDING_MODEL ?? resolveInPackage('ml/text/model');
  let embedder: Awaited<ReturnType<typeof openEmbedder>>;
  try {
    embedder = await openEmbedder(name, OLLAMA_HOST);
  } catch (error) {
    const advice = name.startsWith('ollama:')
      ? `ollama pull ${name.slice('ollama:'.length)}, and see that OLLAMA_HOST is right`
      : 'install the package again, or have EMBEDDING_MODEL name a whole model';
    return [
      fail('embedding model', toMessage(error), `${advice}; until then the chatbot searches texts alone`),
    ];
  }
  try {
    const [vector] = await embedder.embed(['phishing'], 'query');
    if (vector?.length !== embedder.dimensions || !vector.every(Number.isFinite))
      return [fail('embedding model', `${embedder.id} gives no vector`, 'install it again')];
    const knowledge = await loadKnowledge(resolveInPackage('ml/knowledge'));
    const index = await inspectIndex({
      folder: path.join(DATA_DIR, 'chat-index'),
      shipped: resolveInPackage(`ml/knowledge/${SHIPPED_VECTORS}`),
      passages: splitPassages(knowledge.documents),
      embedder,
    });
    return [ok('embedding model', `${embedder.id}, ${embedder.dimensions} dimensions`), indexFound(index)];
  } finally {
    await embedder.close();
  }
};

function indexFound(index: Awaited<ReturnType<typeof inspectIndex>>): Finding {
  if (index === 'ready') return ok('chat index', 'whole, of these documents and this model');
  if (index === 'absent')
    return ok(
      'chat index',
      'not made yet: a running server is making it, and a stopped one makes it when it starts',
    );
  return warn(
    'chat index',
    index.damage,
    'restart the server: it makes a new one, and searches texts alone meanwhile',
  );
}

/** Only checked when one is configured, since it is optional. */
export const languageModel: Check = async ({
  OLLAMA_HOST: host,
  OLLAMA_MODEL: model,
  LLM_FIRST_TOKEN_MS: ms,
}) => {
  if (model === '') return [ok('language model', 'none is configured: answers come from the documents')];
  const state = await new LanguageModel({ host, model, firstTokenMs: ms, idleMs: ms }).state();
  if (state === 'ready') return [ok('language model', `${model} at ${host}`)];
  if (state === 'model_missing')
    return [fail('language model', `Ollama at ${host} has no ${model}`, `ollama pull ${model}`)];
  return [
    fail(
      'language model',
      `no Ollama answers at ${host}`,
      'start it (ollama serve), or set OLLAMA_HOST; answers come from the documents meanwhile',
    ),
  ];
};
