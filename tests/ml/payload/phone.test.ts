import { expect, test } from 'vitest';
import { parsePayload } from '../../../ml/payload/parse.ts';

const read = (text: string, region = 'KR') => {
  const { kind, fields, reasons } = parsePayload(text, { region });
  return { kind, fields, codes: reasons.map(({ code }) => code) };
};

test.each([
  ['tel:010-1234-5678', '010-1234-5678', 'KR', []],
  ['TEL:15880000', '15880000', 'KR', []],
  ['tel:112', '112', 'KR', []],
  ['tel:+82-2-123-4567', '+82-2-123-4567', 'KR', []],
  ['tel:02)123-4567;ext=12', '02)123-4567', 'KR', []],
  ['tel:060-700-1234', '060-700-1234', 'KR', ['premium_number']],
  ['tel:0607001234', '0607001234', 'KR', ['premium_number']],
  ['tel:+82607001234', '+82607001234', 'KR', ['premium_number']],
  ['tel:060%2D900%2D1234', '060-900-1234', 'KR', ['premium_number']],
  ['callto:+19005550100', '+19005550100', 'US', ['premium_number', 'foreign_number']],
  ['tel:+44 20 7946 0000', '+44 20 7946 0000', 'GB', ['foreign_number']],
  ['tel:00144207946000', '00144207946000', null, ['foreign_number']],
  ['tel:+97901234567', '+97901234567', null, ['premium_number', 'foreign_number']],
  ['tel:+881612345678', '+881612345678', null, ['foreign_number']],
  ['tel:+84901234567', '+84901234567', 'VN', ['foreign_number']],
  ['tel:*%2306%23', '*#06#', null, ['device_code']],
  ['tel:*123#', '*123#', null, ['device_code']],
  ['ussd:*100%23', '*100#', null, ['device_code']],
  ['USSD:*21*01012345678#', '*21*01012345678#', null, ['call_forwarding']],
  ['tel:##002#', '##002#', null, ['device_code']],
  ['tel:*21*01012345678%23', '*21*01012345678#', null, ['call_forwarding']],
  ['tel:**62*01012345678#', '**62*01012345678#', null, ['call_forwarding']],
  ['tel:*71 01012345678', '*71 01012345678', null, ['call_forwarding']],
  ['tel:*2767*3855#', '*2767*3855#', null, ['call_forwarding']],
  ['tel:15880000,,1#', '15880000,,1#', 'KR', []],
  ['wtai://wp/mc;0607001234', '0607001234', 'KR', ['premium_number']],
  ['tel://0607001234', '0607001234', 'KR', ['premium_number']],
  ['tel:', null, null, []],
  ['tel:한글', '한글', null, []],
  ['ｔｅｌ：112', '112', 'KR', []],
])('%s is a call to %s', (text, number, country, codes) => {
  expect(read(text)).toEqual({ kind: 'tel', fields: { number, country }, codes });
});

test('what is foreign depends on where one calls from', () => {
  expect(read('tel:+14155550100', 'US').codes).toEqual([]);
  expect(read('tel:+82212345678', 'US').codes).toEqual(['foreign_number']);
});

test.each([
  ['SMSTO:01012345678:인증 번호', '01012345678', '인증 번호', []],
  ['smsto:01012345678', '01012345678', null, []],
  ['sms:01012345678?body=%EC%95%88%EB%85%95', '01012345678', '안녕', []],
  ['sms:01012345678&body=a%20b', '01012345678', 'a b', []],
  ['sms:01012345678;?&body=hi', '01012345678', 'hi', []],
  ['sms:010-1111-2222,010-3333-4444?body=x', '010-1111-2222, 010-3333-4444', 'x', []],
  ['MMSTO:01012345678:a:b:c', '01012345678', 'a:b:c', []],
  ['mms://01012345678?body=x', '01012345678', 'x', []],
  ['sms:+82-10-1234-5678', '+82-10-1234-5678', null, []],
  ['SMSTO:060-700-1234:가입', '060-700-1234', '가입', ['premium_number', 'prepared_text']],
  ['sms:0607001234', '0607001234', null, ['premium_number']],
  ['SMSTO:+84901234567:YES', '+84901234567', 'YES', ['foreign_number']],
  ['SMSTO::본문만', null, '본문만', []],
  ['sms:', null, null, []],
  ['sms:%zz?body=%zz%', '%zz', '%zz%', []],
])('%s is a text to %s', (text, to, body, codes) => {
  expect(read(text)).toEqual({ kind: 'sms', fields: { to, body }, codes });
});

test.each([
  ['mailto:a@b.kr', 'a@b.kr', null, null],
  ['MAILTO:a@b.kr?subject=%EC%95%88%EB%85%95&body=x%0Ay', 'a@b.kr', '안녕', 'x\ny'],
  ['mailto:?to=a@b.kr&cc=c@d.kr', 'a@b.kr, c@d.kr', null, null],
  ['mailto:a@b.kr,c@d.kr', 'a@b.kr,c@d.kr', null, null],
  ['mailto:%EA%B9%80@b.kr', '김@b.kr', null, null],
  ['MATMSG:TO:a@b.kr;SUB:제목;BODY:본문\\;둘;;', 'a@b.kr', '제목', '본문;둘'],
  ['matmsg:BODY:x;TO:a@b.kr;;', 'a@b.kr', null, 'x'],
  ['SMTP:a@b.kr:제목:본문:둘', 'a@b.kr', '제목', '본문:둘'],
  ['kim@example.com', 'kim@example.com', null, null],
  ['김@예.한국', '김@예.한국', null, null],
  ['mailto:', null, null, null],
  ['mailto:a@b.kr?body=', 'a@b.kr', null, null],
])('%s is a mail to %s', (text, to, subject, body) => {
  expect(read(text)).toEqual({ kind: 'email', fields: { to, subject, body }, codes: [] });
});

test('a mail that takes a file along says so', () => {
  expect(read('mailto:a@b.kr?attach=/sdcard/DCIM/id.jpg').codes).toEqual(['attached_file']);
});

test.each([
  ['geo:37.5665,126.9780', 37.5665, 126.978],
  ['GEO:37.5,127,30;u=10', 37.5, 127],
  ['geo:-33.86,151.2;crs=wgs84', -33.86, 151.2],
  ['geo:0,0?q=37.5,127(서울시청)', 0, 0],
  ['geo:0,0?q=%EA%B0%95%EB%82%A8%EC%97%AD', 0, 0],
  ['geo:90,180', 90, 180],
  ['geo: 37.5 , 127 ', 37.5, 127],
  ['geo:91,0', null, null],
  ['geo:0,181', null, null],
  ['geo:', null, null],
  ['geo:서울', null, null],
  ['geo:1e5,2', null, null],
])('%s is the place %s, %s', (text, latitude, longitude) => {
  expect(read(text)).toEqual({ kind: 'geo', fields: { latitude, longitude }, codes: [] });
});
