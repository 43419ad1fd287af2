/**
 * Measures the chatbot without a language model on the development sets: `npm run eval:chat [-- <data folder>]`; with
 * `--stories` plays conversations instead.
 * Prints recall@1, recall@3 and MRR by language, intents, URLs, the gate, masking, and milliseconds an answer.
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import policies from '../../db/seed-data/policies.json' with { type: 'json' };
import type { ChatAnswer } from '../../ml/chat/chat-engine-types.ts';
import { type ChatEngine, startChatEngine } from '../../ml/chat/engine.ts';
import { openEmbedder } from '../../ml/text/embed.ts';
import type { Language } from '../../ml/text/language.ts';
import { findPersonalData } from '../../ml/text/pii-masking.ts';
import { compilePolicies, type Policy } from '../../ml/text/policies.ts';
import { playStory, readStories, STORIES } from './stories.ts';

interface Question {
  lang: Language;
  question: string;
  topic_id: string;
}
interface IntentRow {
  id: string;
  lang: Language;
  text: string;
  intent: string;
  urls: string[];
}
interface MaskRow {
  id: string;
  text: string;
  expect: { type: string; value: string }[];
}

const rows = <T>(file: string): T[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

function readLines(name: string): string[] {
  const file = fileURLToPath(new URL(name, import.meta.url));
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Lines of tests/eval/out-of-scope.txt that are questions. */
export function outOfScope(): string[] {
  return readLines('./out-of-scope.txt');
}

/** The questions of tests/eval/questions.txt with their topics. */
export function typedQuestions(): Question[] {
  return readLines('./questions.txt').map((line) => {
    const [topic_id = '', question = ''] = line.split(' | ');
    return { lang: /[가-힣]/.test(question) ? 'ko' : 'en', question, topic_id };
  });
}

export interface Retrieval {
  recall1: number;
  recall3: number;
  mrr: number;
  /** questions that did not come first, with the place their topic had (0 = not among ten) */
  missed: { question: string; topic: string; place: number; best: string }[];
}

export async function measureRetrieval(
  engine: ChatEngine,
  questions: readonly Question[],
): Promise<Retrieval> {
  const sums = { recall1: 0, recall3: 0, mrr: 0 };
  const missed: Retrieval['missed'] = [];
  for (const { question, lang, topic_id } of questions) {
    const { hits } = await engine.search.find(question, lang);
    const place = hits.findIndex(({ topic }) => topic === topic_id) + 1;
    if (place === 1) sums.recall1++;
    else missed.push({ question, topic: topic_id, place, best: hits[0]?.topic ?? '' });
    if (place >= 1 && place <= 3) sums.recall3++;
    if (place >= 1) sums.mrr += 1 / place;
  }
  const n = questions.length;
  return { recall1: sums.recall1 / n, recall3: sums.recall3 / n, mrr: sums.mrr / n, missed };
}

/** Share of questions the gate sorts rightly: `inside` are about the subject, `outside` are not. */
export async function measureGate(engine: ChatEngine, inside: readonly string[], outside: readonly string[]) {
  const wrong: string[] = [];
  for (const [texts, wanted] of [
    [inside, true],
    [outside, false],
  ] as const)
    for (const text of texts) {
      const { inScope } = await engine.search.find(text, /[가-힣]/.test(text) ? 'ko' : 'en');
      if (inScope !== wanted) wrong.push(text);
    }
  return { accuracy: 1 - wrong.length / (inside.length + outside.length), wrong };
}

/** One whole answer; the scanner of this measurement knows nothing and calls every URL safe. */
export async function ask(engine: ChatEngine, message: string, language: Language): Promise<ChatAnswer> {
  const scan = async (urls: readonly string[]) =>
    urls.map((url) => ({
      url,
      result: 'safe' as const,
      confidence: 0.9,
      risk_level: 'low' as const,
      reasons: [],
    }));
  for await (const event of engine.answer({ message, language, turns: [], scanUrls: scan }))
    if (event.type === 'done') return event.answer;
  throw new Error('The engine ended without an answer');
}

async function measureIntents(engine: ChatEngine, intents: readonly IntentRow[]): Promise<number> {
  const { findChatLinks } = await import('../../ml/chat/chat-links.ts');
  let right = 0;
  for (const { id, text, lang, intent, urls } of intents) {
    const answer = await ask(engine, text, lang);
    const found = findChatLinks(text).map(({ url }) => url);
    if (answer.intent_type === intent && JSON.stringify(found) === JSON.stringify(urls)) right++;
    else console.log(`  ${id} ${text} → ${answer.intent_type} ${JSON.stringify(found)}`);
  }
  return right / intents.length;
}

function measureMasking(all: readonly MaskRow[]): number {
  const key = (items: readonly { type: string; value: string }[]) =>
    items
      .map(({ type, value }) => `${type}:${value}`)
      .sort()
      .join('|');
  const wrong = all.filter(({ text, expect }) => key(findPersonalData(text)) !== key(expect));
  for (const { id, text } of wrong) console.log(`  ${id} ${text} → ${key(findPersonalData(text))}`);
  return 1 - wrong.length / all.length;
}

async function openEngine(): Promise<ChatEngine> {
  const compiled = compilePolicies(policies.policies as Policy[]);
  const engine = await startChatEngine({
    knowledgeDir: fileURLToPath(new URL('../../ml/knowledge', import.meta.url)),
    indexDir: join(tmpdir(), 'flashscan-eval-index'),
    embedder: () => openEmbedder(process.env.EMBEDDING_MODEL ?? '', process.env.OLLAMA_HOST),
    policies: () => compiled,
  });
  await engine.indexReady;
  return engine;
}

async function main(data: string): Promise<void> {
  const started = performance.now();
  const engine = await openEngine();
  const { index, embedder, passages } = engine.state();
  console.log(
    `index ${index}, ${passages} passages, ${embedder}, ${Math.round(performance.now() - started)} ms`,
  );
  const questions = [...rows<Question>(join(data, 'chat/eval_dev.jsonl')), ...typedQuestions()];
  const intents = rows<IntentRow>(join(data, 'chat/intent_dev.jsonl'));
  const show = (x: number) => x.toFixed(3);
  for (const language of ['ko', 'en'] as const) {
    const figures = await measureRetrieval(
      engine,
      questions.filter(({ lang }) => lang === language),
    );
    console.log(
      `retrieval ${language}: recall@1 ${show(figures.recall1)}, recall@3 ${show(figures.recall3)}, MRR ${show(figures.mrr)}`,
    );
    for (const { question, topic, place, best } of figures.missed)
      console.log(`  ${place || '-'} ${topic} (${best}): ${question}`);
  }
  console.log(`intents and URLs: ${show(await measureIntents(engine, intents))}`);
  const outside = [
    ...outOfScope(),
    ...intents.filter(({ intent }) => intent === 'general_chat').map(({ text }) => text),
  ];
  const gate = await measureGate(
    engine,
    questions.map(({ question }) => question),
    outside,
  );
  console.log(`gate: ${show(gate.accuracy)} of ${questions.length} inside and ${outside.length} outside`);
  for (const text of gate.wrong) console.log(`  ${text}`);
  console.log(`masking: ${show(measureMasking(rows<MaskRow>(join(data, 'masking/dev.jsonl'))))}`);
  const times: number[] = [];
  for (const { question, lang } of questions) {
    const from = performance.now();
    await ask(engine, question, lang);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  console.log(
    `ms an answer: p50 ${times[times.length >> 1]!.toFixed(1)}, p95 ${times[Math.floor(times.length * 0.95)]!.toFixed(1)}`,
  );
  await engine.close();
}

async function playStories(file: string): Promise<void> {
  const engine = await openEngine();
  const stories = readStories(file);
  let passed = 0;
  for (const story of stories) {
    const problems = await playStory(engine, story);
    if (problems.length === 0) passed++;
    for (const problem of problems) console.log(problem);
  }
  console.log(`${passed} of ${stories.length} conversations pass`);
  if (passed < stories.length) process.exitCode = 1;
  await engine.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, second] = process.argv.slice(2);
  await (first === '--stories' ? playStories(second ?? STORIES) : main(first ?? '../shared/data'));
}
