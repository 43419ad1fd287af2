import { expect, test } from 'vitest';
import { judgeMessage, type MessageVerdict } from '../../../ml/message/judge.ts';
import { type MessageInput, toSenderKind } from '../../../ml/message/read.ts';
import { makePlainJudge } from './plain-judge.ts';

const judge = makePlainJudge();
const verdictOn = (input: MessageInput): Promise<MessageVerdict> =>
  judgeMessage({ ...input, language: 'en' }, judge);
const codes = ({ reasons }: MessageVerdict): string[] => reasons.map(({ code }) => code);

test('senders are told apart by the numbering plan', () => {
  expect(toSenderKind('010-1234-5678')).toBe('personal');
  expect(toSenderKind('+82 10 1234 5678')).toBe('personal');
  expect(toSenderKind('070-1234-5678')).toBe('personal');
  expect(toSenderKind('1588-1234')).toBe('service');
  expect(toSenderKind('+63 917 123 4567')).toBe('abroad');
  expect(toSenderKind('KB <notice@kbstar.com>')).toBe('mail');
  expect(toSenderKind('KB')).toBe('unknown');
  expect(toSenderKind(undefined)).toBe('unknown');
});

test('a personal number that speaks for a bank is told; its own number and a courier are not', async () => {
  const text = '[국민은행] 고객님 계좌가 정지되었습니다. 확인 바랍니다.';
  expect(codes(await verdictOn({ text, sender: '010-9876-5432' }))).toContain('claim_against_sender');
  expect(codes(await verdictOn({ text, sender: '1588-9999' }))).not.toContain('claim_against_sender');
  const parcel = '[CJ대한통운] 고객님 택배를 문 앞에 두었습니다.';
  expect((await verdictOn({ text: parcel, sender: '010-9876-5432' })).verdict).toBe('safe');
});

test('a mail that names a bank comes from one of its domains or is told', async () => {
  const text = 'PayPal: your account has been limited. Please get in touch.';
  const foreign = await verdictOn({ text, sender: 'PayPal <service@paypal.help-desk.net>', channel: 'mail' });
  expect(foreign.verdict).toBe('dangerous');
  expect(codes(foreign)).toContain('claim_against_sender');
  const own = await verdictOn({ text, sender: 'service@mail.paypal.com', channel: 'mail' });
  expect(codes(own)).not.toContain('claim_against_sender');
});

test('a text from abroad about a domestic payment is told', async () => {
  const { verdict, reasons } = await verdictOn({ text: '[국제발신] 결제 완료 780,000원 본인 아닐 시 문의' });
  expect(verdict).toBe('dangerous');
  expect(reasons.find(({ code }) => code === 'sent_from_abroad')).toMatchObject({
    part: '국제발신',
    start: 1,
    end: 5,
  });
});
