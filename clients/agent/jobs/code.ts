import { unfenced } from '../model.ts';
import { readJobText, type Work } from './work.ts';

/** Writes code with the language model; the summary is the code. */
export async function generateCode(work: Work): Promise<string> {
  const { holding, model } = work;
  const prompt = readJobText(work, 'prompt') ?? readJobText(work, 'description_text');
  if (!prompt) throw new Error('The payload has no prompt');
  const language = readJobText(work, 'language');
  await holding.progress(10, `Asking ${await model.name()}`);
  const answer = await holding.tool(
    'generate_code',
    { prompt, language: language ?? null },
    () => model.ask(system(language), prompt, holding.signal),
    ({ model, tokens, text }) => ({ model, tokens, characters: text.length }),
  );
  holding.metrics.push({ name: 'llm_tokens_used', value: answer.tokens, model: answer.model });
  const code = unfenced(answer.text);
  if (code === '') throw new Error(`The language model ${answer.model} answered with no code`);
  return code;
}

function system(language: string | undefined): string {
  const inLanguage = language ? ` in ${language}` : '';
  return (
    `You write complete, correct and safe code${inLanguage}. Answer with one code block and nothing else; ` +
    'what must be explained stands in comments, in the language of the request.'
  );
}
