import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { isLocalHost } from '../../ml/url/address.ts';
import { canonicalize } from '../../ml/url/canonical.ts';

/** Safe Browsing's published list (v4 documentation); the port of gotaport stays, by our one exception. */
const PUBLISHED: [string, string][] = [
  ['http://host/%25%32%35', 'http://host/%25'],
  ['http://host/%25%32%35%25%32%35', 'http://host/%25%25'],
  ['http://host/%2525252525252525', 'http://host/%25'],
  ['http://host/asdf%25%32%35asd', 'http://host/asdf%25asd'],
  ['http://host/%%%25%32%35asd%%', 'http://host/%25%25%25asd%25%25'],
  ['http://www.google.com/', 'http://www.google.com/'],
  [
    'http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/%77%77%77%2E%65%62%61%79%2E%63%6F%6D/',
    'http://168.188.99.26/.secure/www.ebay.com/',
  ],
  [
    'http://195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/',
    'http://195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/',
  ],
  [
    'http://host%23.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A22%252833%252944_55%252B',
    'http://host%23.com/~a!b@c%23d$e%25f^00&11*22(33)44_55+',
  ],
  ['http://3279880203/blah', 'http://195.127.0.11/blah'],
  ['http://www.google.com/blah/..', 'http://www.google.com/'],
  ['www.google.com/', 'http://www.google.com/'],
  ['www.google.com', 'http://www.google.com/'],
  ['http://www.evil.com/blah#frag', 'http://www.evil.com/blah'],
  ['http://www.GOOgle.com/', 'http://www.google.com/'],
  ['http://www.google.com.../', 'http://www.google.com/'],
  ['http://www.google.com/foo\tbar\rbaz\n2', 'http://www.google.com/foobarbaz2'],
  ['http://www.google.com/q?', 'http://www.google.com/q?'],
  ['http://www.google.com/q?r?', 'http://www.google.com/q?r?'],
  ['http://www.google.com/q?r?s', 'http://www.google.com/q?r?s'],
  ['http://evil.com/foo#bar#baz', 'http://evil.com/foo'],
  ['http://evil.com/foo;', 'http://evil.com/foo;'],
  ['http://evil.com/foo?bar;', 'http://evil.com/foo?bar;'],
  ['http://\x01\x80.com/', 'http://%01%80.com/'],
  ['http://notrailingslash.com', 'http://notrailingslash.com/'],
  ['http://www.gotaport.com:1234/', 'http://www.gotaport.com:1234/'],
  ['  http://www.google.com/  ', 'http://www.google.com/'],
  ['http:// leadingspace.com/', 'http://%20leadingspace.com/'],
  ['http://%20leadingspace.com/', 'http://%20leadingspace.com/'],
  ['%20leadingspace.com/', 'http://%20leadingspace.com/'],
  ['https://www.securesite.com/', 'https://www.securesite.com/'],
  ['http://host.com/ab%23cd', 'http://host.com/ab%23cd'],
  ['http://host.com//twoslashes?more//slashes', 'http://host.com/twoslashes?more//slashes'],
];

/** The further cases of google/safebrowsing; the query is kept, as the documentation says. */
const FURTHER: [string, string][] = [
  ['http://some%1bhost.com/%1b', 'http://some%1bhost.com/%1b'],
  ['http://www.\xC3\xBCmlat.com/', 'http://www.xn--mlat-zra.com/'],
  ['http://www.ümlat.com/', 'http://www.xn--mlat-zra.com/'],
  ['http://www.%C3%BCmlat.com/', 'http://www.xn--mlat-zra.com/'],
  ['http://[2001:470:1:18::114]/', 'http://[2001:470:1:18::114]/'],
  ['http%3A%2F%2Fwackyurl.com:80/', 'http://wackyurl.com/'],
  ['http://W!eird<>Ho$^.com/', 'http://w!eird<>ho$^.com/'],
];

const ADDRESSES: [string, string][] = [
  ['255.0.0.1', '255.0.0.1'],
  ['12.0x12.01234', '12.18.2.156'],
  ['276.2.3', '20.2.0.3'],
  ['012.034.01.055', '10.28.1.45'],
  ['0x12.0x43.0x44.0x01', '18.67.68.1'],
  ['167838211', '10.1.2.3'],
  ['3279880203', '195.127.0.11'],
  ['4294967295', '255.255.255.255'],
  ['10.192.95.89 xy', '10.192.95.89'],
  ['[::ffff:192.168.0.1]', '192.168.0.1'],
  ['[::ffff:0:1]', '0.0.0.1'],
  ['[64:ff9b::0102:0304]', '1.2.3.4'],
  ['[2001:0DB8:0:0:0:0:0:1]', '[2001:db8::1]'],
];

const HOSTS: [string, string][] = [
  ['http://google.com.:8080', 'http://google.com:8080/'],
  ['http://google...com', 'http://google.com/'],
  ['http://..google.com', 'http://google.com/'],
];

const PATHS: [string, string][] = [
  ['/foo/.././bar/./../foo.html', '/foo.html'],
  ['//a//b///c////', '/a/b/c/'],
];

test.each(PUBLISHED)('the published vector %j is canonicalized', (input, href) => {
  expect(canonicalize(input)?.href).toBe(href);
});

test.each([...FURTHER, ...HOSTS])('the further vector %j is canonicalized', (input, href) => {
  expect(canonicalize(input)?.href).toBe(href);
});

test.each(ADDRESSES)('the address %j is written as one', (host, canonical) => {
  expect(canonicalize(`http://${host}/`)).toMatchObject({
    host: canonical,
    is_ip: true,
    registrable_domain: null,
    public_suffix: null,
  });
});

test.each(['123.123.0.0.1', '1.2.3.00x0'])('%j is not an address', (host) => {
  expect(canonicalize(`http://${host}/`)).toMatchObject({ host, is_ip: false });
});

test.each(PATHS)('the path %j is resolved', (path, canonical) => {
  expect(canonicalize(`http://host.com${path}`)?.path).toBe(canonical);
});

test.each([
  '',
  '   ',
  'http://#ref',
  'http:///blah#ref',
  'http://?query#ref',
  'http:///blah?query#ref',
  'http:///blah;param',
  'http://',
  'http://...',
  '/blah',
  '#ref',
  '?query',
  'javascript:alert(1)',
  'data:text/html,<b>hi</b>',
  'tel:01012345678',
  'tel:112',
  'sms:15880000',
  'mailto:someone@example.com',
  'someone@example.com',
  'WIFI:S:cafe;T:WPA;P:12345678;;',
  'ftp://ftp.example.com/',
  'intent://scan/#Intent;scheme=zxing;end',
  'kakaotalk://web/openExternal',
  'about:blank',
  'BEGIN:VCARD',
  'hello',
  'hello world',
  'see naver.com',
  'co.kr',
  '3.14',
  '8801234567890',
  '안녕하세요',
  'nowhere.invalidsuffix',
  'http://host:99999/',
  'http://\x01\xff/',
  'http://%01%ff/',
  'http://na\x00ver/',
  'http://\x7f/',
  'http://a%00b/',
  'http://two words/',
  'http://a|b/',
  'http://^/',
  'http://%zz/',
  'http://xn--zz/',
  'http://host:port/',
  'http://naver.com%2Fevil.example/',
  'http://naver.com%40evil.example/',
  'http://[::1',
  `http://example.com/${'a'.repeat(100_000)}`,
])('%j is not a URL that can be scanned', (input) => {
  expect(canonicalize(input)).toBeNull();
});

test.each([
  ['localhost:3000/x', 'http://localhost:3000/x'],
  ['localhost', 'http://localhost/'],
  ['naver.com', 'http://naver.com/'],
  ['NAVER.com:8080', 'http://naver.com:8080/'],
  ['192.168.0.1/admin', 'http://192.168.0.1/admin'],
  ['toss.im', 'http://toss.im/'],
  ['청와대.한국', 'http://xn--vk1b187a8ue.xn--3e0b707e/'],
  ['//naver.com/x', 'http://naver.com/x'],
  ['naver.com:pw@evil.example.com/x', 'http://naver.com:pw@evil.example.com/x'],
])('%j needs no scheme', (input, href) => {
  expect(canonicalize(input)).toMatchObject({ href, has_scheme: false, scheme: 'http' });
});

test('the parts are told apart', () => {
  expect(canonicalize(' HTTPS://Kim:P%40ss@Shop.Example.co.kr:8443/a/b.html?q=%41#top ')).toEqual({
    input: 'HTTPS://Kim:P%40ss@Shop.Example.co.kr:8443/a/b.html?q=%41#top',
    href: 'https://Kim:P%40ss@shop.example.co.kr:8443/a/b.html?q=A',
    hash: createHash('sha256')
      .update('https://Kim:P%40ss@shop.example.co.kr:8443/a/b.html?q=A')
      .digest('hex'),
    scheme: 'https',
    has_scheme: true,
    userinfo: 'Kim:P%40ss',
    host: 'shop.example.co.kr',
    port: 8443,
    path: '/a/b.html',
    query: 'q=A',
    is_ip: false,
    registrable_domain: 'example.co.kr',
    public_suffix: 'co.kr',
    shared_suffix: null,
  });
});

test.each([
  ['https://kim.github.io/blog', 'github.io', 'github.io'],
  ['https://kim.tistory.com/1', 'tistory.com', 'tistory.com'],
  ['https://www.tistory.com/', 'tistory.com', null],
  ['https://github.io/', 'github.io', null],
  ['https://a.b.vercel.app/', 'vercel.app', 'vercel.app'],
  ['https://sub.example.com/', 'example.com', null],
])('%s has the registrable domain %s and the shared suffix %s', (url, registrable, shared) => {
  expect(canonicalize(url)).toMatchObject({ registrable_domain: registrable, shared_suffix: shared });
});

test('the scheme`s own port is dropped, another is kept', () => {
  expect(canonicalize('https://a.com:443/')?.port).toBeNull();
  expect(canonicalize('http://a.com:80/')?.port).toBeNull();
  expect(canonicalize('http://a.com:443/')?.port).toBe(443);
  expect(canonicalize('http://a.com:/')?.href).toBe('http://a.com/');
});

test('a backslash cannot hide the real host', () => {
  expect(canonicalize('http://evil.example.com\\@naver.com/')?.host).toBe('evil.example.com');
  expect(canonicalize('https:\\\\evil.example.com\\x')?.href).toBe('https://evil.example.com/x');
});

test('what stands before the last @ is never the host', () => {
  expect(canonicalize('http://naver.com@evil.example.com/')).toMatchObject({
    host: 'evil.example.com',
    userinfo: 'naver.com',
  });
  expect(canonicalize('http://a@b@evil.example.com/')).toMatchObject({
    host: 'evil.example.com',
    userinfo: 'a%40b',
  });
});

test('letters, digits and dots that browsers read as ASCII become ASCII', () => {
  expect(canonicalize('http://ｎａｖｅｒ。com/')?.host).toBe('naver.com');
  expect(canonicalize('http://１２７.0.0.1/')?.host).toBe('127.0.0.1');
});

test('a path in Korean is escaped in UTF-8', () => {
  expect(canonicalize('https://ko.wikipedia.org/wiki/대한민국')?.path).toBe(
    '/wiki/%EB%8C%80%ED%95%9C%EB%AF%BC%EA%B5%AD',
  );
});

test('canonicalizing twice changes nothing', () => {
  const odd = [
    'http://a%40b%2Fc@host.com/%5C..%5Cx',
    'http://host.com/a%3Fb/../c?d#e',
    'http://host.com/%0a%09%7f?%23%25',
    'http://é@ü.com/ö?ä',
  ];
  for (const input of [...PUBLISHED, ...FURTHER].map(([url]) => url).concat(odd)) {
    const once = canonicalize(input);
    const twice = canonicalize(once?.href ?? '');
    expect({ ...twice, input: '', has_scheme: true }).toEqual({ ...once, input: '', has_scheme: true });
  }
});

test('hostile inputs of the greatest length take no longer than others', () => {
  const inputs = ['%25', '%', '/..', '@', ':', '.', 'ü', '\\', '[', '%2%35', '?a%3'].map((piece) =>
    `http://a.com/${piece.repeat(2048)}`.slice(0, 2048),
  );
  const hosts = ['.', 'a.', '-', 'xn--', '1.', '%2e', '0x'].map((piece) =>
    `http://${piece.repeat(2048)}`.slice(0, 2048),
  );
  const start = performance.now();
  for (const input of [...inputs, ...hosts]) for (let i = 0; i < 10; i++) canonicalize(input);
  expect((performance.now() - start) / 180).toBeLessThan(5);
});

test.each([
  ['localhost', true],
  ['printer.local', true],
  ['10.0.0.1', true],
  ['127.0.0.1', true],
  ['172.16.0.1', true],
  ['192.168.1.1', true],
  ['169.254.1.1', true],
  ['100.64.0.1', true],
  ['[::1]', true],
  ['[fd00::1]', true],
  ['[fe80::1]', true],
  ['172.32.0.1', false],
  ['8.8.8.8', false],
  ['[2001:db8::1]', false],
  ['10.example.com', false],
])('the host %s is local: %s', (host, local) => {
  expect(isLocalHost(host)).toBe(local);
});
