import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type PoolFileQuestion, readPoolFiles } from '../../../../routers/learning/quiz/pool-files.ts';
import { hasPython, runners } from './run.ts';

type Checked = PoolFileQuestion & { check: NonNullable<PoolFileQuestion['check']> };
type Language = Checked['check']['run'];

const BLANK = '____';
const pools = readPoolFiles(fileURLToPath(new URL('../../../../db/seed-data/quiz', import.meta.url)));
const checked = pools
  .flatMap(({ questions }) => questions)
  .filter((question): question is Checked => question.check !== undefined);

const words = (text: string) => text.trim().replace(/\s+/g, ' ');
const sourceOf = ({ code, check }: Checked) => check.script ?? code ?? '';
/** The blank filled with each option; without a blank, the one script. */
const scriptsOf = (question: Checked) =>
  sourceOf(question).includes(BLANK)
    ? question.options.map(({ text }) => sourceOf(question).replaceAll(BLANK, () => text.en))
    : [sourceOf(question)];

/** What is wrong with a question, if something is, after its scripts have printed this. */
function judge(question: Checked, printed: string[]): string[] {
  const { id, options, check } = question;
  const right = options.find(({ correct }) => correct)!;
  const expected = words(check.expect ?? right.text.en);
  const blank = sourceOf(question).includes(BLANK);
  if (sourceOf(question) === '') return [`${id} has nothing to run`];
  if (blank && check.expect === undefined) return [`${id} has a blank, and doesn't say what it should print`];
  return options.flatMap(({ text, correct }, n) => {
    const output = words(printed[blank ? n : 0]!);
    const says = blank ? expected : correct ? expected : words(text.en);
    const alike = output === says || (!blank && !correct && output === words(text.ko));
    return alike === correct ? [] : [`${id} printed "${output}", and "${text.en}" is called ${correct}`];
  });
}

const languages: Language[] = ['python', 'javascript', 'typescript', 'sql', 'git'];
for (const language of languages) {
  const missing = language === 'python' && !hasPython;
  const what = missing ? ' (skipped: there is no python3 here)' : '';
  test.skipIf(missing)(
    `${language} code does what the right option says, and no other option${what}`,
    async () => {
      const questions = checked.filter(({ check }) => check.run === language);
      const scripts = questions.map(scriptsOf);
      const printed = await runners[language](scripts.flat());
      expect(printed).toHaveLength(scripts.flat().length);
      const wrong = questions.flatMap((question, n) =>
        judge(question, printed.splice(0, scripts[n]!.length)),
      );
      expect(wrong).toEqual([]);
    },
  );
}
