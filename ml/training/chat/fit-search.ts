/**
 * Fits the weights of the chatbot's search and of its gate, and prints what they reach on questions that were left out
 * (five folds): `npm run fit:chat -- <file of questions>…`. A file has lines `topic | question`, JSON lines with
 * `topic_id` and `question`, or, for questions outside the knowledge, lines without either.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChatEngine } from '../../chat/engine.ts';
import { type GateFeatures, rankTopic } from '../../chat/search.ts';
import { TOPIC_FEATURES, type TopicFeatures } from '../../chat/topic-features.ts';
import { scoreSecurityWords } from '../../chat/vocabulary.ts';
import { openEmbedder } from '../../text/embed.ts';
import { compilePolicies } from '../../text/policies.ts';

interface Example {
  question: string;
  lang: 'ko' | 'en';
  /** null outside the knowledge */
  topic: string | null;
  topics: Map<string, TopicFeatures>;
  gate: GateFeatures;
}

const FOLDS = 5;
const weightsFile = fileURLToPath(new URL('../../chat/search-weights.json', import.meta.url));

function readQuestions(file: string): { question: string; topic: string | null }[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      if (line.startsWith('{')) {
        const { question, topic_id } = JSON.parse(line) as { question: string; topic_id: string };
        return { question, topic: topic_id };
      }
      const [topic, question] = line.split(' | ');
      return question === undefined ? { question: line, topic: null } : { question, topic: topic! };
    });
}

async function readExamples(files: readonly string[], withVectors: boolean): Promise<Example[]> {
  const engine = await startChatEngine({
    knowledgeDir: fileURLToPath(new URL('../../knowledge', import.meta.url)),
    indexDir: path.join(tmpdir(), 'fit-chat-index'),
    embedder: () => (withVectors ? openEmbedder('') : Promise.reject(new Error('fitted without vectors'))),
    policies: () => compilePolicies([]),
  });
  await engine.indexReady;
  const examples: Example[] = [];
  for (const { question, topic } of files.flatMap(readQuestions)) {
    const lang = /[가-힣]/.test(question) ? 'ko' : 'en';
    const { topics, coverage } = (await engine.search.find(question, lang)).match;
    if (topic !== null && !topics.has(topic)) {
      console.log(`no document: ${topic}`);
      continue;
    }
    const gate = { ...coverage, words: scoreSecurityWords(question) };
    examples.push({ question, lang, topic, topics, gate });
  }
  await engine.close();
  return examples;
}

type Weights<K extends string> = Record<K, number>;

/** Keeps the weights from growing with the few questions there are. */
const RANK_PENALTY = 0.0005;
const GATE_PENALTY = 0.0003;

/** Multinomial logistic regression over the topics of each question, by gradient descent with momentum. */
function fitRank(examples: readonly Example[]): Weights<keyof TopicFeatures> {
  const size = TOPIC_FEATURES.length;
  const rows = examples.map(({ topic, topics }) => ({
    right: [...topics.keys()].indexOf(topic!),
    features: Float64Array.from(
      [...topics.values()].flatMap((features) => TOPIC_FEATURES.map((name) => features[name])),
    ),
  }));
  const weights = new Float64Array(size).fill(2);
  const speed = new Float64Array(size);
  for (let step = 0; step < 1200; step++) {
    const gradient = weights.map((weight) => RANK_PENALTY * weight);
    for (const { right, features } of rows) {
      const scores = new Float64Array(features.length / size);
      for (let i = 0, at = 0; i < scores.length; i++)
        for (let j = 0; j < size; j++) scores[i]! += weights[j]! * features[at++]!;
      const max = scores.reduce((a, b) => Math.max(a, b));
      let sum = 0;
      for (const [i, score] of scores.entries()) {
        scores[i] = Math.exp(score - max);
        sum += scores[i]!;
      }
      for (let i = 0; i < scores.length; i++) {
        const error = (scores[i]! / sum - (i === right ? 1 : 0)) / rows.length;
        if (Math.abs(error) > 1e-7)
          for (let j = 0; j < size; j++) gradient[j]! += error * features[i * size + j]!;
      }
    }
    for (let j = 0; j < size; j++) {
      speed[j] = 0.9 * speed[j]! - 2 * gradient[j]!;
      weights[j] = Math.max(0, weights[j]! + speed[j]!);
    }
  }
  return Object.fromEntries(TOPIC_FEATURES.map((name, i) => [name, weights[i]!])) as Weights<
    keyof TopicFeatures
  >;
}

type GateWeights = Weights<keyof GateFeatures | 'bias'>;

/** Logistic regression in which both kinds of questions count the same. */
function fitGate(examples: readonly Example[]): GateWeights {
  const names = Object.keys(examples[0]!.gate) as (keyof GateFeatures)[];
  const inside = examples.filter(({ topic }) => topic !== null).length;
  const share = { inside: 0.5 / inside, outside: 0.5 / (examples.length - inside) };
  const weights = Object.fromEntries([...names, 'bias'].map((name) => [name, 0])) as GateWeights;
  for (let step = 0; step < 6000; step++) {
    const gradient = Object.fromEntries(names.map((name) => [name, GATE_PENALTY * weights[name]]));
    let bias = 0;
    for (const { topic, gate } of examples) {
      const target = topic === null ? 0 : 1;
      const error = (predictScope(gate, weights) - target) * (target === 1 ? share.inside : share.outside);
      for (const name of names) gradient[name]! += error * gate[name];
      bias += error;
    }
    for (const name of names) weights[name] -= 6 * gradient[name]!;
    weights.bias -= 6 * bias;
  }
  return weights;
}

function predictScope(gate: GateFeatures, weights: GateWeights): number {
  const names = Object.keys(gate) as (keyof GateFeatures)[];
  const logit = names.reduce((sum, name) => sum + gate[name] * weights[name], weights.bias);
  return 1 / (1 + Math.exp(-logit));
}

function crossValidate(examples: readonly Example[]): void {
  const first = { ko: [0, 0], en: [0, 0] };
  const sorted = { inside: [0, 0], outside: [0, 0] };
  for (let fold = 0; fold < FOLDS; fold++) {
    const training = examples.filter((_, i) => i % FOLDS !== fold);
    const rank = fitRank(training.filter(({ topic }) => topic !== null));
    const gate = fitGate(training);
    for (const example of examples.filter((_, i) => i % FOLDS === fold)) {
      const isInside = predictScope(example.gate, gate) >= 0.5;
      const kind = example.topic === null ? 'outside' : 'inside';
      sorted[kind][0]! += isInside === (kind === 'inside') ? 1 : 0;
      sorted[kind][1]! += 1;
      if (isInside !== (kind === 'inside')) console.log(`  ${kind}: ${example.question}`);
      if (example.topic === null) continue;
      const scored = [...example.topics].map(([id, features]) => [id, rankTopic(features, rank)] as const);
      const [best] = scored.sort((a, b) => b[1] - a[1])[0]!;
      first[example.lang][0]! += best === example.topic ? 1 : 0;
      first[example.lang][1]! += 1;
      if (best !== example.topic) console.log(`  ${example.topic} (${best}): ${example.question}`);
    }
  }
  const show = ([right, all]: number[]) => `${right} of ${all} (${(right! / all!).toFixed(3)})`;
  console.log(`recall@1 ko ${show(first.ko)}, en ${show(first.en)}`);
  console.log(`gate: inside ${show(sorted.inside)}, outside ${show(sorted.outside)}`);
}

const round = <T extends Record<string, number>>(weights: T): T =>
  Object.fromEntries(Object.entries(weights).map(([name, value]) => [name, Number(value.toFixed(3))])) as T;

const fitted: Record<string, unknown> = {};
for (const [name, withVectors] of [
  ['vectors', true],
  ['text', false],
] as const) {
  const examples = await readExamples(process.argv.slice(2), withVectors);
  console.log(`${name}: ${examples.length} questions`);
  crossValidate(examples);
  const inside = examples.filter(({ topic }) => topic !== null);
  fitted[name] = { rank: round(fitRank(inside)), gate: round(fitGate(examples)) };
}
writeFileSync(weightsFile, `${JSON.stringify(fitted, null, 2)}\n`);
