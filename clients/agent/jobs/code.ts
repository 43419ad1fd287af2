import { extractCode } from '../model.ts';
import { type JobContext, readJobText } from './job-context.ts';

/** Writes code with the language model; the summary is the code. */
export async function generateCode(work: JobContext): Promise<string> {
  const { session, model } = work;
  const prompt = readJobText(work, 'prompt') ?? readJobText(work, 'description_text');
  if (!prompt) throw new Error('The payload has no prompt');
  const language = readJobText(work, 'language');
  await session.progress(10, `Asking ${await model.getName()}`);
  const answer = await session.callTool(
    'generate_code',
    { prompt, language: language ?? null },
    () => model.ask(toSystemPrompt(language), prompt, session.signal),
    ({ model, tokens, text }) => ({ model, tokens, characters: text.length }),
  );
  session.metrics.push({ name: 'llm_tokens_used', value: answer.tokens, model: answer.model });
  const code = extractCode(answer.text);
  if (code === '') throw new Error(`The language model ${answer.model} answered with no code`);
  return code;
}

function toSystemPrompt(language: string | undefined): string {
  const inLanguage = language ? ` in ${language}` : '';
  return (
    `You write complete, correct and safe code${inLanguage}. Answer with one code block and nothing else; ` +
    'what must be explained stands in comments, in the language of the request.'
  );
}
