import { afterAll, beforeAll, expect, test } from 'vitest';
import { detectBareAct, detectLanguageSwitch } from '../../../ml/chat/dialogue.ts';
import type { ChatEngine } from '../../../ml/chat/engine.ts';
import { splitQuestion } from '../../../ml/chat/split-question.ts';
import { readStory, tellStory } from '../../../ml/chat/story.ts';
import { playStory, readStories, STORIES } from '../../eval/stories.ts';
import { testEngine } from './engine.ts';

let engine: ChatEngine;
beforeAll(async () => {
  engine = await testEngine();
});
afterAll(() => engine.close());

test('every conversation of the collection is answered with what it must have and without what it must not', async () => {
  const stories = readStories(STORIES);
  expect(stories.length).toBeGreaterThanOrEqual(60);
  const problems: string[] = [];
  for (const story of stories) problems.push(...(await playStory(engine, story)));
  expect(problems).toEqual([]);
});

test('what happened is told from what was asked for, what might happen and what did not', () => {
  const happened: [string, string][] = [
    ['이미 500만원 보냈어', 'money_sent'],
    ['사기꾼한테 30만원 이체했는데요', 'money_sent'],
    ['인증번호 불러줬어요', 'code_given'],
    ['상담원이 깔라고 해서 애니데스크 깔았어요', 'remote_control'],
    ['I already wired them 2,000 dollars', 'money_sent'],
    ['i gave him the verification code', 'code_given'],
    ['I typed my password on that page', 'password_given'],
    ['사진을 지인들한테 뿌리겠대요', 'image_threat'],
    ['살고 싶지 않아', 'despair'],
  ];
  for (const [text, event] of happened)
    expect([text, [...readStory(text).events]]).toEqual([text, expect.arrayContaining([event])]);
  for (const text of [
    '돈을 보내라고 하는데 어떡하죠',
    '인증번호 알려달래요',
    '돈 보내면 어떻게 되나요?',
    'someone wants me to send money',
    'what happens if I give my code?',
    '아직 돈 안 보냈어요',
    '비밀번호를 어떻게 관리하나요',
  ])
    expect([text, [...readStory(text).events]]).toEqual([text, []]);
});

test('a conversation remembers what was given away, who was named, how much and when', () => {
  const story = tellStory([
    '검사라면서 전화가 왔어요',
    '어제 500만원 이체했어요',
    '비밀번호는 안 알려줬어요',
  ]);
  expect([...story.events]).toContain('money_sent');
  expect([...story.parties]).toContain('authority');
  expect([story.amount, story.time]).toEqual(['500만원', '어제']);
});

test('a long message is read in linear time', () => {
  const from = performance.now();
  for (const text of [
    '돈을 '.repeat(5000),
    'sent the '.repeat(5000),
    '링크 '.repeat(5000),
    '사진 '.repeat(5000),
  ])
    readStory(text);
  expect(performance.now() - from).toBeLessThan(500);
});

test('two questions are told from one story', () => {
  expect(splitQuestion('비밀번호 관리자는 뭐가 좋고 공용 와이파이는 써도 되나요?')).toHaveLength(2);
  expect(splitQuestion('what is phishing and how do i protect my parents?')).toHaveLength(2);
  for (const text of [
    '문자 왔는데 링크 눌렀고 앱이 깔렸어요',
    '스미싱이 뭐야?',
    'I clicked a link and entered my card',
  ])
    expect(splitQuestion(text)).toEqual([text]);
});

test('a switch of language is told from a wish to translate, and a bare statement from a question', () => {
  expect(detectLanguageSwitch('영어로 말해줘')).toEqual({ language: 'en', rest: '' });
  expect(detectLanguageSwitch('answer in korean please')).toMatchObject({ language: 'ko', rest: '' });
  expect(detectLanguageSwitch('영어로 답해줘 피싱이 뭐야')).toMatchObject({ language: 'en' });
  expect(detectLanguageSwitch('영어로 번역해줘 나는 학생입니다')).toBeNull();
  expect(['이미 줬어', 'i already paid', '눌러버렸어'].map(detectBareAct)).toEqual([
    'gave',
    'sent',
    'opened',
  ]);
  expect(['보냈나요?', '안 보냈어', "i haven't sent it"].map(detectBareAct)).toEqual([null, null, null]);
});
