import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findLinks, MAX_LINK_TEXT } from '../../ml/text/links.ts';

/** The canonical forms of a text's links. */
const listHrefs = (text: string) => findLinks(text).map(({ canonical }) => canonical.href);
const listHosts = (text: string) => findLinks(text).map(({ canonical }) => canonical.host);

const TRAP = 'http://secure-naver-login.tk/a';

test.each([
  ['이벤트 당첨! http://secure-naver-login.tk/a', 'http://secure-naver-login.tk/a'],
  ['(http://secure-naver-login.tk/a)', 'http://secure-naver-login.tk/a'],
  ['<http://secure-naver-login.tk/a>', 'http://secure-naver-login.tk/a'],
  ['[네이버](http://secure-naver-login.tk/a)', 'http://secure-naver-login.tk/a'],
  ['[a](http://secure-naver-login.tk/a "title")', 'http://secure-naver-login.tk/a'],
  ['<a href="http://secure-naver-login.tk/a">네이버</a>', 'http://secure-naver-login.tk/a'],
  ["<a href='http://secure-naver-login.tk/a'>", 'http://secure-naver-login.tk/a'],
  ['<img src=//secure-naver-login.tk/a>', '//secure-naver-login.tk/a'],
  ['a{background:url(http://secure-naver-login.tk/a)}', 'http://secure-naver-login.tk/a'],
  ['**http://secure-naver-login.tk/a**', 'http://secure-naver-login.tk/a'],
  ['"http:\\/\\/secure-naver-login.tk\\/a"', 'http:\\/\\/secure-naver-login.tk\\/a'],
  ['http:&#47;&#x2F;secure-naver-login.tk&sol;a', 'http:&#47;&#x2F;secure-naver-login.tk&sol;a'],
  ['http:\\u002f\\u002fsecure-naver-login.tk/a', 'http:\\u002f\\u002fsecure-naver-login.tk/a'],
  ['보기:http://secure-naver-login.tk/a에서', 'http://secure-naver-login.tk/a'],
  ['secure-naver-login.tk/a를 열어 보세요', 'secure-naver-login.tk/a'],
  ['「secure-naver-login.tk/a」입니다', 'secure-naver-login.tk/a'],
  ['hxxp://secure-naver-login[.]tk/a', 'hxxp://secure-naver-login[.]tk/a'],
  ['h**p://secure-naver-login(dot)tk/a', 'h**p://secure-naver-login(dot)tk/a'],
  ['http[:]//secure-naver-login [dot] tk/a', 'http[:]//secure-naver-login [dot] tk/a'],
  ['secure-naver-login{.}tk/a', 'secure-naver-login{.}tk/a'],
  [
    'ｈｔｔｐ：／／ｓｅｃｕｒｅ－ｎａｖｅｒ－ｌｏｇｉｎ．ｔｋ／ａ',
    'ｈｔｔｐ：／／ｓｅｃｕｒｅ－ｎａｖｅｒ－ｌｏｇｉｎ．ｔｋ／ａ',
  ],
  ['ⓢecure-naver-login。tk/a', 'ⓢecure-naver-login。tk/a'],
  ['𝐡𝐭𝐭𝐩://secure-naver-login.tk/a', '𝐡𝐭𝐭𝐩://secure-naver-login.tk/a'],
  ['ht\ttp://secure-naver-login.tk/a', 'ht\ttp://secure-naver-login.tk/a'],
  ['http://secure-naver-\nlogin.tk/a', 'http://secure-naver-\nlogin.tk/a'],
  ['http://se\u200bcure-na\u202ever-login.t\u00adk/a', 'http://se\u200bcure-na\u202ever-login.t\u00adk/a'],
  ['//secure-naver-login.tk/a', '//secure-naver-login.tk/a'],
  ['\\\\secure-naver-login.tk\\a', '\\\\secure-naver-login.tk\\a'],
  ['http:secure-naver-login.tk/a', 'http:secure-naver-login.tk/a'],
  ['http:/secure-naver-login.tk/a', 'http:/secure-naver-login.tk/a'],
  ['http:///secure-naver-login.tk/a', 'http:///secure-naver-login.tk/a'],
  ['http:\\\\secure-naver-login.tk\\a', 'http:\\\\secure-naver-login.tk\\a'],
  ['http%3A%2F%2Fsecure-naver-login.tk%2Fa', 'http%3A%2F%2Fsecure-naver-login.tk%2Fa'],
  ['http%253A%252F%252Fsecure-naver-login.tk%252Fa', 'http%253A%252F%252Fsecure-naver-login.tk%252Fa'],
  ['http://%73ecure%2Dnaver-login.tk/a', 'http://%73ecure%2Dnaver-login.tk/a'],
  ['ftp://secure-naver-login.tk/a', 'ftp://secure-naver-login.tk/a'],
  ['HTTP://SECURE-NAVER-LOGIN.TK/a!', 'HTTP://SECURE-NAVER-LOGIN.TK/a'],
  ['secure-naver-login.tk/a.', 'secure-naver-login.tk/a'],
  ['tel:112\u2028secure-naver-login.tk/a', 'secure-naver-login.tk/a'],
  ['안내ㅤsecure-naver-login.tk/aㅤ끝', 'secure-naver-login.tk/a'],
])('the link of %j is found where it stands', (text, written) => {
  const [link] = findLinks(text);
  expect(link).toMatchObject({ text: written, start: text.indexOf(written), nested: false });
  expect(text.slice(link?.start, link?.end)).toBe(written);
  expect(link?.canonical.href).toBe(TRAP);
});

test.each<[string, string[]]>([
  ['https://toss.im를 확인하세요', ['toss.im']],
  ['http://secure-naver-login.tk에서', ['secure-naver-login.tk']],
  ['naver.com에서, daum.net으로', ['naver.com', 'daum.net']],
  ['주소는naver.com이야', ['naver.com']],
  ['세종.한국입니다', ['xn--vj4bo7k.xn--3e0b707e']],
  ['https://감자.com', ['xn--439an53c.com']],
  ['www.한국족보박물관.한국', ['www.xn--zb0b2hu97a1ya35afy4bmkv.xn--3e0b707e']],
  ['http://사이트.com은행.tk/a', ['xn--vf4b27jhrk.xn--com-7e0on58c.tk']],
  ['http://naver.com@secure-naver-login.tk/', ['secure-naver-login.tk']],
  ['naver.com@secure-naver-login.tk/login', ['secure-naver-login.tk']],
  ['naver.com:443@secure-naver-login.tk', ['secure-naver-login.tk']],
  ['http://attacker.example\\@google.com', ['attacker.example']],
  ['10.0.0.7:8080/pay', ['10.0.0.7']],
  ['http://0x7f.1', ['127.0.0.1']],
  ['http://017700000001/', ['127.0.0.1']],
  ['http://3232235777/a', ['192.168.1.1']],
  ['http://[::ffff:203.0.113.9]/', ['203.0.113.9']],
  ['http://[2001:db8::1]:8080/', ['[2001:db8::1]']],
  ['0x7f.0x0.0x0.0x1/admin', ['127.0.0.1']],
  ['http://１２７．０．０．１', ['127.0.0.1']],
  ['http://localhost:3000/x', ['localhost']],
  ['a.com,b.net;c.org|d.kr', ['a.com', 'b.net', 'c.org', 'd.kr']],
  ['http://a.comhttp://b.com', ['a.com', 'b.com']],
  ['https://m.kbcard.com/notice\nhttp://secure-naver-login.tk/a', ['m.kbcard.com', 'secure-naver-login.tk']],
  ['https://naver.com\u0085secure-naver-login.tk', ['naver.com', 'secure-naver-login.tk']],
  ['naver.com。谢谢', ['naver.com']],
  ['evil.tk.Thanks', ['evil.tk']],
  ['http://a.tk👈🏻 지금', ['a.tk']],
  ['http://a.tk✅확인', ['a.tk']],
  ['a.tk👉b.tk', ['a.tk', 'b.tk']],
  ['접속→http://a.tk←', ['a.tk']],
  ['접속하기kbstar.com/a', ['kbstar.com']],
  ['돌발이벤트max-gm.com', ['max-gm.com']],
  ['친절한상담bit.ly/a', ['bit.ly']],
  ['지금결제coupang.com/a', ['coupang.com']],
  ['http://💩.la/x', ['xn--ls8h.la']],
  ['네이버:naver.com/a,다음:daum.net', ['naver.com', 'daum.net']],
  ['http://naver.com:80에서', ['naver.com']],
  ['※http://a.tk※', ['a.tk']],
  ['「a.tk」、b.tk・c.tk', ['a.tk', 'b.tk', 'c.tk']],
])('%j leads to %j', (text, hosts) => {
  expect(listHosts(text)).toEqual(hosts);
});

test.each([
  'help@bank.example.com에서 메일이 왔어요',
  'kim@example.com',
  'v2.10.3 말고 버전 1.2.3.4',
  '2026.11.22 회의, 3.5점, 10.30.am',
  'setup.exe와 invoice.zip, main.py, README.md',
  'report.final.docx',
  'src/main.rs ./lib.so index.cc',
  'e.g. 이런 것, i.e. that, a.m., U.S.A.',
  'node.js, vue.js, Math.abs(x), console.log',
  '끝.시작 그렇습니다.한국은',
  'xn--로 시작하는 주소',
  'com.kakao.talk, com.example.app',
  'https://은 안전한가요? http://',
  'http: 그리고 https:',
  '3.14 1.000.000 $5.99 256.1.1.1',
  'co.kr github',
  '...... .com @ # // \\\\',
])('%j holds no link', (text) => {
  expect(listHrefs(text)).toEqual([]);
});

test('a target in the query of a link is nested in it', () => {
  const links = findLinks('https://l.facebook.com/l.php?u=http%3A%2F%2Fsecure-naver-login.tk%2Fa&h=1 끝');
  expect(links.map(({ canonical, nested }) => [canonical.host, nested])).toEqual([
    ['l.facebook.com', false],
    ['secure-naver-login.tk', true],
  ]);
  expect(links[1]?.text).toBe('http%3A%2F%2Fsecure-naver-login.tk%2Fa');
});

test('a Korean word before a name without scheme makes two readings', () => {
  expect(findLinks('카카오talk.com').map(({ text, nested }) => [text, nested])).toEqual([
    ['카카오talk.com', false],
    ['talk.com', true],
  ]);
});

test('a known host that may go on in the next line makes two readings', () => {
  expect(
    findLinks('https://secure-naver.co\nm/x').map(({ canonical, nested }) => [canonical.href, nested]),
  ).toEqual([
    ['https://secure-naver.co/', false],
    ['https://secure-naver.com/x', true],
  ]);
  expect(listHosts('https://naver.com\nThanks')).toEqual(['naver.com']);
});

test('the path ends where the sentence goes on', () => {
  expect(listHrefs('https://t.co/AbC1입니다')).toEqual(['https://t.co/AbC1']);
  expect(listHrefs('https://en.wikipedia.org/wiki/Phishing_(attack).')).toEqual([
    'https://en.wikipedia.org/wiki/Phishing_(attack)',
  ]);
  expect(findLinks('https://ko.wikipedia.org/wiki/대한민국 보기')[0]?.text).toBe(
    'https://ko.wikipedia.org/wiki/대한민국',
  );
  expect(listHrefs('naver.com? kakao.com?q=1')).toEqual(['http://naver.com/', 'http://kakao.com/?q=1']);
});

/** Text that ends in what may stand before a link without being part of it. */
const before = fc.oneof(
  fc.constant(''),
  fc
    .tuple(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(' ', '\n', '\t', '(', '"', '「', '\u2028', '\u3000', ':\n'),
    )
    .map((p) => p.join('')),
  fc.string({ unit: fc.constantFrom(...'가나다은는이택배 \n\u3000,:([{<"“🙂.!') }),
);

/** What may stand behind one, with anything after it. */
const after = fc.oneof(
  fc.constant(''),
  fc
    .tuple(
      fc.constantFrom(' ', '\n', ')', '"', '」', '은', '에서 ', '입니다. ', '>', '\u3000', '。谢'),
      fc.string({ unit: 'binary' }),
    )
    .map((p) => p.join('')),
  fc
    .tuple(
      fc.constantFrom('에서', '를', '으로', '입니다'),
      fc.string({ unit: fc.constantFrom(...'가나다 .,!?\n') }),
    )
    .map(([tail, rest]) => `${tail} ${rest}`),
);

const trap = fc.tuple(
  fc.constantFrom(
    'http://',
    'https://',
    'hxxp://',
    'HTTP://',
    'http:\\\\',
    'https:///',
    'ｈｔｔｐ：／／',
    'http://naver.com@',
    '',
  ),
  fc.constantFrom(
    'secure-naver-login.tk',
    'secure-naver-login[.]tk',
    'ＳＥＣＵＲＥ-naver-login．tk',
    'secure\u200b-naver-login.tk',
    'SECURE-NAVER-LOGIN.TK',
  ),
  fc.constantFrom('', '/', '/a', ':8080/a', '/a?b=c', '/a/b.apk'),
);

test('a dangerous link is found wherever it stands', () => {
  fc.assert(
    fc.property(before, trap, after, (left, [scheme, host, path], right) => {
      const text = `${left}${scheme}${host}${path}${right}`;
      expect(listHosts(text)).toContain('secure-naver-login.tk');
    }),
    { numRuns: 3000 },
  );
});

test('a dangerous link behind others is found', () => {
  const other = fc.constantFrom(
    'https://www.naver.com/',
    'naver.com',
    'https://kakao.com/a?b=',
    'http://[::1]/',
    'kim@naver.com',
  );
  const gap = fc.constantFrom(
    ' ',
    '\n',
    '\r\n',
    '\t',
    ',',
    ';',
    '|',
    '\u00a0',
    '\u2003',
    '\u2028',
    '\u0085',
    '\v',
    '\0',
    '(',
    '"',
    '<',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(other, gap), { maxLength: 5 }), trap, (others, [scheme, host, path]) => {
      const text = `${others.flat().join('')}${scheme}${host}${path}`;
      expect(listHosts(text)).toContain('secure-naver-login.tk');
    }),
    { numRuns: 1000 },
  );
});

test('spans are in the text and top-level links do not overlap', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          before,
          trap.map((p) => p.join('')),
          after,
        ),
      ),
      (pieces) => {
        const text = pieces.join('');
        let end = 0;
        for (const link of findLinks(text)) {
          expect(text.slice(link.start, link.end)).toBe(link.text);
          expect(link.end).toBeGreaterThan(link.start);
          if (link.nested) continue;
          expect(link.start).toBeGreaterThanOrEqual(end);
          end = link.end;
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('time is linear in the text, however it is made', () => {
  const hostile = [
    'a',
    '.',
    'a.',
    'http://',
    'http://a/',
    'http://a.tk/?u=',
    ',a.tk',
    'a@',
    '([',
    '[.]',
    '가.',
    '가a.tk은.',
    'http://a\n',
    'http%25',
    '&#x2f;',
    '\u200b',
    '!',
    'http://a:',
    '1.',
    '1.2.3.4 ',
    'http:/\n',
    'xn--a.',
    'ｈｔｔｐ：／／',
  ];
  const time = (piece: string, length: number) => {
    const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    const runs = [0, 1, 2].map(() => {
      const began = process.cpuUsage().user / 1000;
      findLinks(text);
      return process.cpuUsage().user / 1000 - began;
    });
    return Math.min(...runs);
  };
  for (const piece of hostile) {
    const half = time(piece, MAX_LINK_TEXT / 8);
    const whole = time(piece, MAX_LINK_TEXT / 4);
    expect([piece, whole < 4 * half + 50]).toEqual([piece, true]);
  }
});
