import { expect, test } from 'vitest';
import { findClaims } from '../../../ml/message/claims.ts';
import { foldMessage } from '../../../ml/message/fold.ts';
import { judgeMessage, type MessageVerdict } from '../../../ml/message/judge.ts';
import { BRANDS } from '../../../ml/url/brands.ts';
import { makePlainJudge } from './plain-judge.ts';

const judge = makePlainJudge();
const verdictOn = (text: string): Promise<MessageVerdict> => judgeMessage({ text, language: 'en' }, judge);

/** `id strength part` of each claim. */
const claims = (text: string): string[] =>
  findClaims(foldMessage(text)).map(
    ({ institutions, strength, span }) => `${institutions[0]!.id} ${strength} ${span.part}`,
  );

test('whom a message speaks for is read from where the name stands', () => {
  expect(claims('[CJ대한통운] 배송 안내')).toEqual(['cjlogistics sender CJ대한통운']);
  expect(claims('[Web발신]\n【ＫＢ국민은행】 알림')).toEqual(['kbstar sender ＫＢ국민은행']);
  expect(claims('우체국입니다. 등기가 있습니다')).toEqual(['epostbank sender 우체국']);
  expect(claims('Netflix: your plan changes')).toEqual(['netflix sender Netflix']);
  expect(claims('Please confirm your PayPal account')).toEqual(['paypal customer PayPal']);
  expect(claims('국 민 은 행 고객님')).toEqual(['kbstar sender 국 민 은 행']);
  expect(claims('[종로구청] 안내')).toEqual(['govkr sender 종로구청']);
  expect(claims('어제 쿠팡플레이로 넷플릭스 말고 축구 봤어')).toEqual(['netflix mention 넷플릭스']);
});

test('ordinary words are no names', () => {
  for (const text of [
    '다음 주에 보자',
    '줄이 라인 밖으로 나갔어',
    '그 사람인 줄 알았어',
    'the ups and downs of life',
    'an apple a day, wise words',
    '법원 앞에서 만나',
    'orange juice and a slack day',
  ]) {
    expect(claims(text), text).toEqual([]);
  }
  expect(claims('UPS came by today')).toEqual(['ups lead UPS']);
});

/** Names that a message can only mean as that brand. */
const NAMED = BRANDS.flatMap(({ id, hangul, domains }) => {
  const name = hangul.find((one) => one.length >= 3);
  return name && domains[0] ? [{ id, name, domain: domains[0] }] : [];
});

test('a harmless link of the institution that a message names is safe, for every brand', async () => {
  expect(NAMED.length).toBeGreaterThan(200);
  const wrong: string[] = [];
  for (const { name, domain } of NAMED) {
    for (const text of [
      `[${name}] 신청하신 내용이 처리되었습니다. https://${domain}/notice`,
      `[${name}] 본인 확인이 필요합니다. 오늘까지 https://www.${domain}/my 에서 확인하세요`,
    ]) {
      const { verdict, reasons } = await verdictOn(text);
      if (verdict !== 'safe')
        wrong.push(`${text}: ${reasons.map(({ text: sentence }) => sentence).join('; ')}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the same with a link elsewhere is dangerous, and the reason names brand, domain and link', async () => {
  const wrong: string[] = [];
  for (const { name } of NAMED) {
    const text = `[${name}] 본인 확인이 필요합니다. 오늘까지 https://notice-8271.top/my 에서 확인하세요`;
    const { verdict, reasons, claims: institutions } = await verdictOn(text);
    const [reason] = reasons;
    const isFirst = reason?.code === 'claim_against_link' && reason.part === 'https://notice-8271.top/my';
    const domain = institutions[0]?.official_domains[0] ?? '?';
    if (verdict !== 'dangerous' || !isFirst || !reason.text.includes(domain)) wrong.push(text);
  }
  expect(wrong).toEqual([]);
});

test('a link that anyone can make has a reason of its own', async () => {
  const { verdict, reasons } = await verdictOn(
    '[신한은행] 계좌가 정지되었습니다. 본인인증 https://forms.gle/a1B2',
  );
  expect(verdict).toBe('dangerous');
  expect(reasons[0]).toMatchObject({ code: 'claim_against_open_link', part: 'https://forms.gle/a1B2' });
  expect(reasons[0]?.text).toContain('shinhan.com');
});

test('an official link beside it hides no other link', async () => {
  const beside =
    '[국민은행] 계좌가 정지되었습니다. https://www.kbstar.com 즉시 본인인증 http://notice-8271.top/my';
  const { verdict, reasons } = await verdictOn(beside);
  expect(verdict).toBe('dangerous');
  expect(reasons[0]).toMatchObject({ code: 'claim_against_link', part: 'http://notice-8271.top/my' });
});

test('neither do many', async () => {
  const many = Array.from({ length: 200 }, (_, i) => `https://example.com/${i}`).join(' ');
  const { verdict, reasons } = await verdictOn(`${many} http://secure-naver-login.tk/a`);
  expect(verdict).not.toBe('safe');
  expect(reasons).toContainEqual(
    expect.objectContaining({ code: 'many_links', part: 'https://example.com/100' }),
  );
});

test('links of other known owners, and of the parcel firm beside the shop, conflict with nothing', async () => {
  for (const text of [
    '[무신사] CJ대한통운으로 발송되었습니다. https://www.musinsa.com/order',
    '[무신사] CJ대한통운으로 발송되었습니다. https://www.cjlogistics.com/ko/tool/parcel/tracking',
    '[국세청] 신고 결과를 확인하세요 https://www.gov.kr/portal',
    '넷플릭스 이 영상 봤어? https://youtu.be/abcdEFGH',
  ]) {
    expect((await verdictOn(text)).verdict, text).toBe('safe');
  }
});
