import { expect, test } from 'vitest';
import { parsePayload } from '../../../ml/payload/parse.ts';

const read = (text: string) => {
  const { kind, fields } = parsePayload(text);
  return { kind, ...fields };
};
const vcard = (...lines: string[]) => ['BEGIN:VCARD', ...lines, 'END:VCARD'].join('\r\n');

test.each([
  [
    vcard('VERSION:3.0', 'N:홍;길동;;;', 'FN:홍길동', 'ORG:플래시스캔;개발팀'),
    '홍길동',
    '플래시스캔, 개발팀',
  ],
  [vcard('VERSION:4.0', 'FN;LANGUAGE=ko:김영희', 'ORG;SORT-AS="A":네모'), '김영희', '네모'],
  [vcard('VERSION:2.1', 'N:Public;John;Quinlan;Mr.;Esq.'), 'John Quinlan Public', null],
  [vcard('VERSION:2.1', 'N:홍;길동'), '홍길동', null],
  [
    vcard('VERSION:2.1', 'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=ED=99=8D=EA=B8=B8=EB=8F=99'),
    '홍길동',
    null,
  ],
  [vcard('VERSION:2.1', 'FN;CHARSET=EUC-KR;ENCODING=QUOTED-PRINTABLE:=C8=AB=B1=E6=B5=BF'), '홍길동', null],
  [vcard('VERSION:2.1', 'FN;QUOTED-PRINTABLE:=C8=AB=B1=E6=B5=BF'), '홍길동', null],
  [
    vcard('VERSION:2.1', 'FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=ED=99=8D=', '=EA=B8=B8=EB=8F=99'),
    '홍길동',
    null,
  ],
  [vcard('VERSION:3.0', 'FN:아주 긴 이', ' 름', 'ORG:회', '\t사'), '아주 긴 이름', '회사'],
  [vcard('VERSION:3.0', 'FN:Kim\\, Young\\;Hee\\nB'), 'Kim, Young;Hee\nB', null],
  [vcard('VERSION:3.0', 'item1.FN:그룹', 'item1.ORG:모임'), '그룹', '모임'],
  ['begin:vcard\nversion:3.0\nfn:소문자\nend:vcard', '소문자', null],
  ['BEGIN:VCARD', null, null],
  [vcard('VERSION:3.0', 'FN', ':', ';;;', 'ORG:'), null, null],
  ['MECARD:N:홍길동;ORG:회사;TEL:01012345678;EMAIL:a@b.kr;;', '홍길동', '회사'],
  ['MECARD:N:Owen,Sean;ADR:76 9th Avenue;;', 'Owen Sean', null],
  ['mecard:N:a\\;b\\:c;;', 'a;b:c', null],
  ['BIZCARD:N:Sean;X:Owen;C:Google;A:123 Main St;M:+12125551212;E:a@b.com;;', 'Sean Owen', 'Google'],
  ['MECARD:', null, null],
])('%j is the contact %s of %s', (text, name, organisation) => {
  expect(read(text)).toEqual({ kind: 'contact', name, organisation });
});

test('numbers of a contact are looked at, its pictures and addresses of mail are not', () => {
  const text = vcard(
    'VERSION:3.0',
    'FN:x',
    'TEL;TYPE=CELL:010-1234-5678',
    'TEL:+44 20 7946 0000',
    'TEL:060-700-1234',
    'EMAIL:kim@secure-naver-login.tk',
    `PHOTO;ENCODING=b;TYPE=JPEG:${'aHR0cDovL2EudGsv'.repeat(50)}`,
  );
  const { links, reasons } = parsePayload(text);
  expect(reasons).toEqual([{ code: 'premium_number', part: '060-700-1234', level: 'caution' }]);
  expect(links).toEqual([]);
});

test('a script where a contact has its site is told', () => {
  expect(parsePayload(vcard('VERSION:3.0', 'FN:x', 'URL:javascript:alert(1)')).reasons).toMatchObject([
    { code: 'runs_script', level: 'dangerous' },
  ]);
});

test('a link that a folded line cuts in two is read once and whole', () => {
  const hosts = (text: string) => parsePayload(text).links.map(({ canonical }) => canonical.host);
  const cut = [
    'VERSION:3.0',
    'FN:x',
    'URL:https://www.samsung.co',
    ' m/sec',
    'NOTE:http://www.naver.c',
    ' om/a',
  ];
  expect(hosts(vcard(...cut))).toEqual(['www.samsung.com', 'www.naver.com']);
  // A reader that does not join the lines opens the link as it stands.
  expect(hosts(vcard('VERSION:3.0', 'FN:x', 'NOTE:http://evil.tk', ' and more'))).toContain('evil.tk');
});

const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\n');

test.each([
  [event('SUMMARY:회의', 'DTSTART:20261201T090000Z'), '회의', '2026-12-01T09:00:00Z'],
  [event('SUMMARY:회의', 'DTSTART;TZID=Asia/Seoul:20261201T090000'), '회의', '2026-12-01T09:00:00+09:00'],
  [event('SUMMARY:a', 'DTSTART;TZID=America/New_York:20260701T090000'), 'a', '2026-07-01T09:00:00-04:00'],
  [event('SUMMARY:a', 'DTSTART;TZID=America/New_York:20261201T090000'), 'a', '2026-12-01T09:00:00-05:00'],
  [event('SUMMARY:a', 'DTSTART;TZID="Asia/Kolkata":20261201T090000'), 'a', '2026-12-01T09:00:00+05:30'],
  [event('SUMMARY:a', 'DTSTART:20261201T090000'), 'a', '2026-12-01T09:00:00'],
  [event('SUMMARY:a', 'DTSTART:20261201T0900'), 'a', '2026-12-01T09:00:00'],
  [event('SUMMARY:a', 'DTSTART;VALUE=DATE:20261201'), 'a', '2026-12-01'],
  [event('SUMMARY:긴 제', ' 목', 'DTSTART:20261201'), '긴 제목', '2026-12-01'],
  [event('SUMMARY:a\\, b\\; c\\nd', 'DTSTART:x'), 'a, b; c\nd', null],
  [event('DTSTART:20261399T999999Z'), null, null],
  [event('SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=ED=9A=8C=EC=9D=98'), '회의', null],
  [
    'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Korea\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nSUMMARY:결혼식\r\nDTSTART;TZID=Korea:20261201T130000\r\nEND:VEVENT\r\nEND:VCALENDAR',
    '결혼식',
    '2026-12-01T13:00:00+09:00',
  ],
  ['begin:vevent', null, null],
])('%j is the event %s at %s', (text, title, starts_at) => {
  expect(read(text)).toEqual({ kind: 'event', title, starts_at });
});
