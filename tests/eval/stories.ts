/** Plays conversations with the chatbot and checks each answer: `npm run eval:chat -- --stories [file]`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChatTurn, MessageOutcome, ScanAnswer } from '../../ml/chat/chat-engine-types.ts';
import type { ChatEngine } from '../../ml/chat/engine.ts';

interface Turn {
  message: string;
  /** patterns that the answer must have, and must not */
  must: RegExp[];
  mustNot: RegExp[];
  /** patterns that the first line must have */
  first: RegExp[];
  /** topics of which the answer must be about one */
  topics: string[];
}
export interface Story {
  name: string;
  turns: Turn[];
}

/**
 * Reads conversations: `# name`, `> message`, and of its answer `+ pattern it must have`, `- pattern it must not have`,
 * `1 pattern of its first line`, `@ topic|topic`. `\n` in a message is a line break.
 */
export function readStories(file: string): Story[] {
  const stories: Story[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [mark, rest] = [line.slice(0, 2), line.slice(2).trim()];
    const turn = stories.at(-1)?.turns.at(-1);
    if (mark === '# ') stories.push({ name: rest, turns: [] });
    else if (mark === '> ')
      stories
        .at(-1)
        ?.turns.push({ message: rest.replaceAll('\\n', '\n'), must: [], mustNot: [], first: [], topics: [] });
    else if (mark === '+ ') turn?.must.push(new RegExp(rest, 'i'));
    else if (mark === '- ') turn?.mustNot.push(new RegExp(rest, 'i'));
    else if (mark === '1 ') turn?.first.push(new RegExp(rest, 'i'));
    else if (mark === '@ ') turn?.topics.push(...rest.split('|'));
  }
  return stories;
}

export const STORIES = fileURLToPath(new URL('./stories.txt', import.meta.url));

/** Every address is safe but those with `evil`, and no message is judged, so that the words alone count. */
const scanUrls = async (urls: readonly string[]): Promise<ScanAnswer[]> =>
  urls.map((url) =>
    url.includes('evil')
      ? { url, result: 'dangerous', confidence: 0.93, risk_level: 'high', reasons: ['-'] }
      : { url, result: 'safe', confidence: 0.9, risk_level: 'low', reasons: [] },
  );
const scanMessage = async (): Promise<MessageOutcome> => ({ verdict: 'safe', risk_score: 0.1, reasons: [] });

/** What is wrong with the answers of one conversation. */
export async function playStory(engine: ChatEngine, { name, turns }: Story): Promise<string[]> {
  const said: ChatTurn[] = [];
  const problems: string[] = [];
  for (const { message, must, mustNot, first, topics } of turns) {
    const language = /[가-힣]/.test(message) ? 'ko' : 'en';
    const request = { message, language, turns: said.slice(-8), scanUrls, scanMessage } as const;
    for await (const event of engine.answer(request)) {
      if (event.type !== 'done') continue;
      const { bot_response, topic_id } = event.answer;
      said.push(event.answer);
      const wrong = [
        ...must.filter((pattern) => !pattern.test(bot_response)).map((pattern) => `lacks ${pattern}`),
        ...mustNot.filter((pattern) => pattern.test(bot_response)).map((pattern) => `has ${pattern}`),
        ...first
          .filter((pattern) => !pattern.test(bot_response.split('\n')[0] ?? ''))
          .map((pattern) => `begins without ${pattern}`),
        ...(topics.length > 0 && !topics.includes(topic_id ?? '')
          ? [`is about ${topic_id}, not ${topics}`]
          : []),
        ...listFaults(bot_response),
      ];
      for (const problem of wrong)
        problems.push(
          `${name} > ${message}: ${problem}\n    ${bot_response.slice(0, 300).replaceAll('\n', ' / ')}`,
        );
    }
  }
  return problems;
}

/** Faults of any answer: a list that is announced and missing, too many words before the steps. */
export function listFaults(text: string): string[] {
  const [lead = ''] = text.split(/(?:지금 할 일|What to do now)\n/);
  const steps = text.length > lead.length;
  const words = lead.replace(/^☎.*$/gm, '').split(/\s+/).filter(Boolean).length;
  const announced = text
    .split('\n\n')
    .filter(
      (part, i, parts) =>
        /(?::|다릅니다\.|있습니다:|확인하세요:)$/.test(part) && !/^(?:\d|-|☎)/.test(parts[i + 1] ?? ''),
    );
  return [
    ...(announced.length > 0 ? [`announces a list that is missing: ${announced[0]!.slice(-40)}`] : []),
    ...(steps && words > 120 ? [`${words} words before the steps`] : []),
  ];
}
