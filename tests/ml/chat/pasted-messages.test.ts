import { expect, test } from 'vitest';
import { isPastedMessage } from '../../../ml/chat/pasted-message.ts';
import { testApp } from '../../support/app.ts';

test('a message that somebody got is told from a question', () => {
  for (const text of [
    '[Web발신]\n엄마 나 폰 액정 깨졌어 이 번호로 문자 줘',
    '[국외발신] 고객님 해외결제 980,000원 승인 본인 아닐시 문의',
    '이런 문자가 왔어요: 아빠 나야 휴대폰이 고장나서 컴퓨터로 보내는 중이야',
    '[우리은행] 고객님 계좌가 정지되었습니다. 상담원에게 연락 바랍니다',
    'I got this text: "Mom my phone is broken, message me on this new number please"',
    'Is this message real?\nDear customer your account will be closed today, reply with your code',
  ])
    expect([text, isPastedMessage(text)]).toEqual([text, true]);
  for (const text of [
    '스미싱 문자는 어떻게 알아보나요?',
    '문자로 온 링크를 눌렀어요. 어떻게 하죠?',
    'What should I do about a text message from my bank that looks strange?',
    '[긴급] 도와줘',
    '메일: 피싱인가요?',
    '비밀번호를 어떻게 관리하나요',
  ])
    expect([text, isPastedMessage(text)]).toEqual([text, false]);
});

test('a pasted fraud without a link is judged and explained', async () => {
  const guest = testApp().client();
  const ask = async (message: string, language = 'ko') =>
    (await guest.post('/chatbot/ask', { message }, { 'accept-language': language })).body.data;
  const family = await ask(
    '이 문자 진짜인가요?\n엄마 나 폰 액정 깨져서 수리 맡겼어. 지금 급하게 돈 보내야 하는데 신분증 사진이랑 카드 번호 좀 보내줘',
  );
  expect(family.bot_response).toContain('이 메시지는');
  expect(family.bot_response).toContain('이유');
  const code = await ask(
    'I got this text: "Mom this is my new number, my phone broke. I need you to pay a bill today, send me your card number and the code you get"',
    'en',
  );
  expect(code.bot_response).toMatch(/message looks like fraud|Be careful with this message/);
});

test('an ordinary message is no fraud', async () => {
  const guest = testApp().client();
  const message = '이 문자 뭐예요?\n[행복치과] 내일 오후 3시 예약되어 있습니다. 변경은 전화 주세요.';
  const { bot_response } = (await guest.post('/chatbot/ask', { message })).body.data;
  expect(bot_response).not.toMatch(/이 메시지는 (?:사기|주의)/);
});
