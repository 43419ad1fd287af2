import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeMessage, type MessageVerdict } from '../../../ml/message/judge.ts';
import { KIND_TOPICS } from '../../../ml/message/kinds.ts';
import { MESSAGE_THRESHOLDS } from '../../../ml/message/weigh.ts';
import { makePlainJudge } from './plain-judge.ts';

interface OwnMessage {
  text: string;
  lang: 'ko' | 'en';
  expect: 'safe' | 'at_most_caution' | 'at_least_caution';
  kind?: string;
}

const fixture = readFileSync(new URL('fixtures/messages.jsonl', import.meta.url), 'utf8');
const MESSAGES = fixture
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as OwnMessage);

const judge = makePlainJudge();
const verdicts = new Map<string, MessageVerdict>();

async function verdictOn(text: string): Promise<MessageVerdict> {
  const earlier = verdicts.get(text);
  if (earlier) return earlier;
  const verdict = await judgeMessage({ text }, judge);
  verdicts.set(text, verdict);
  return verdict;
}

/** Messages of an expectation whose verdict fails a test, as lines to read. */
async function listWrong(
  expected: OwnMessage['expect'],
  fails: (verdict: MessageVerdict) => boolean,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { text } of MESSAGES.filter((message) => message.expect === expected)) {
    const verdict = await verdictOn(text);
    if (fails(verdict)) wrong.push(`${verdict.verdict} ${verdict.risk_score} ${text}`);
  }
  return wrong;
}

test('ordinary messages are safe: none is dangerous, at most one in a hundred is caution', async () => {
  const ordinary = MESSAGES.filter((message) => message.expect === 'safe').length;
  expect(ordinary).toBeGreaterThan(280);
  expect(await listWrong('safe', ({ verdict }) => verdict === 'dangerous')).toEqual([]);
  expect((await listWrong('safe', ({ verdict }) => verdict !== 'safe')).length).toBeLessThanOrEqual(
    ordinary / 100,
  );
});

test('advertising is at most caution', async () => {
  expect(await listWrong('at_most_caution', ({ verdict }) => verdict === 'dangerous')).toEqual([]);
});

test('every fraud is at least caution, and nine in ten are dangerous', async () => {
  const frauds = MESSAGES.filter((message) => message.expect === 'at_least_caution').length;
  expect(frauds).toBeGreaterThan(140);
  expect(await listWrong('at_least_caution', ({ verdict }) => verdict === 'safe')).toEqual([]);
  const cautions = await listWrong('at_least_caution', ({ verdict }) => verdict !== 'dangerous');
  expect(cautions.length).toBeLessThanOrEqual(frauds / 10);
});

test('nine in ten frauds are of the kind they are, and each kind has a page of the knowledge base', async () => {
  const frauds = MESSAGES.filter(({ kind }) => kind !== undefined);
  let right = 0;
  for (const { text, kind } of frauds) {
    const verdict = await verdictOn(text);
    if (verdict.kind === kind) right++;
    if (verdict.kind !== 'none') expect(verdict.topic_id).toBe(KIND_TOPICS[verdict.kind]);
  }
  expect(right / frauds.length).toBeGreaterThanOrEqual(0.9);
  for (const topic of Object.values(KIND_TOPICS)) {
    for (const language of ['ko', 'en']) {
      const page = readFileSync(
        new URL(`../../../ml/knowledge/${topic}.${language}.md`, import.meta.url),
        'utf8',
      );
      expect(page).toContain(`id: ${topic}`);
    }
  }
});

function assertReasons(text: string, { verdict, risk_score, reasons }: MessageVerdict): void {
  for (const { part, start, end, text: sentence } of reasons) {
    expect(text.slice(start, end)).toBe(part);
    expect(sentence).not.toMatch(/\{\w+\}/);
  }
  const dangerous = risk_score >= MESSAGE_THRESHOLDS.dangerous;
  expect(verdict === 'dangerous').toBe(dangerous);
  if (verdict === 'safe') {
    expect(reasons.at(-1)?.code).toBe('nothing_found');
    return;
  }
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons.filter(({ part }) => part.trim() !== '')).toHaveLength(reasons.length);
  const facts = reasons.map(({ code, start, end }) => `${code} ${start} ${end}`);
  expect(new Set(facts).size).toBe(facts.length);
}

test('reasons quote the message, and every caution and danger has one', async () => {
  for (const { text } of MESSAGES) assertReasons(text, await verdictOn(text));
});

test('a safe verdict never says that a message is genuine', async () => {
  for (const { text } of MESSAGES) {
    const { verdict, reasons } = await verdictOn(text);
    if (verdict !== 'safe') continue;
    const sentences = reasons.map((reason) => reason.text).join(' ');
    expect(sentences).toMatch(/진짜라는 뜻은 아니|does not mean it is genuine/);
  }
});

test('any text is judged with reasons that are its own', async () => {
  const words = fc.constantFrom(
    '엄마',
    '폰',
    '고장',
    '[국민은행]',
    'http://a-b.top/x',
    '인증번호',
    'your parcel',
    '\u200b',
    'ＵＳＰＳ',
    '\n',
    '😀',
    'pay now',
    '010-1234-5678',
    '환급금',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(words, fc.string({ unit: 'binary', maxLength: 12 })), { minLength: 1 }),
      async (parts) => {
        const text = parts.join(' ');
        assertReasons(text, await judgeMessage({ text }, judge));
      },
    ),
    { numRuns: 200 },
  );
});

test('the sentences are in the language asked for, else in that of the text', async () => {
  const text = '[국민은행] 계좌가 정지됩니다. 본인인증 http://kb-check.top';
  const korean = await judgeMessage({ text }, judge);
  const english = await judgeMessage({ text, language: 'en' }, judge);
  expect(korean.reasons[0]?.text).toMatch(/공식 사이트\(kbstar\.com/);
  expect(english.reasons[0]?.text).toMatch(/^Names KB Kookmin Bank, whose sites are kbstar\.com/);
  expect(korean.claims[0]).toMatchObject({
    brand: 'kbstar',
    official_domains: expect.arrayContaining(['kbstar.com']),
  });
});
