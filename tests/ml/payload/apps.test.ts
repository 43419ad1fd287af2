import { expect, test } from 'vitest';
import { parsePayload } from '../../../ml/payload/parse.ts';
import { PAYLOAD_REASON_TEXTS, toPayloadReasonText } from '../../../ml/payload/reason-texts.ts';
import { judgePayload } from '../../../ml/payload/verdict.ts';
import { REASON_TEXTS } from '../../../ml/url/reason-texts.ts';

const AT = { caution: 0.2, dangerous: 0.5 };
const read = (text: string) => {
  const payload = parsePayload(text);
  return {
    kind: payload.kind,
    fields: payload.fields,
    codes: payload.reasons.map(({ code }) => code),
    verdict: judgePayload(payload, [], AT).verdict,
  };
};

test.each([
  [
    'intent://scan/#Intent;scheme=zxing;package=com.google.zxing.client.android;S.browser_fallback_url=http%3A%2F%2Fa.com;end',
    'zxing',
    'com.google.zxing.client.android',
    'http://a.com',
  ],
  [
    'intent://m.naver.com/#Intent;scheme=https;package=com.nhn.android.search;end',
    'https',
    'com.nhn.android.search',
    null,
  ],
  [
    'intent:#Intent;action=android.intent.action.VIEW;component=com.evil/.Main;end',
    'intent',
    'com.evil',
    null,
  ],
  ['INTENT://x#intent;SCHEME=Foo;end', 'foo', null, null],
  ['intent:', 'intent', null, null],
  ['kakaotalk://inappbrowser?url=http%3A%2F%2Fa.com', 'kakaotalk', null, null],
  ['supertoss://home', 'supertoss', null, null],
  ['kakaolink://send?x=1', 'kakaolink', null, null],
  ['naversearchapp://inappbrowser?url=x', 'naversearchapp', null, null],
  ['ispmobile://TID=1', 'ispmobile', null, null],
  ['view-source:http://a.com', 'view-source', null, null],
  ['googlechrome://navigate?url=a.com', 'googlechrome', null, null],
  ['microsoft-edge:http://a.com', 'microsoft-edge', null, null],
  ['alipays://platformapi/startapp?fallback_url=https%3A%2F%2Fa.com', 'alipays', null, 'https://a.com'],
  ['kakao0123456789abcdef://oauth', 'kakao0123456789abcdef', null, null],
  ['whatsapp://send?text=hi', 'whatsapp', null, null],
])('%s opens an app', (text, scheme, name, fallback) => {
  expect(read(text)).toEqual({
    kind: 'app_link',
    fields: { scheme, package: name, fallback },
    codes: ['opens_app'],
    verdict: 'safe',
  });
});

test('an intent to a web address and its fallback are both to be judged', () => {
  const text = 'intent://a.com/x#Intent;scheme=https;S.browser_fallback_url=https%3A%2F%2Fb.com%2F;end';
  expect(parsePayload(text).links.map(({ field, canonical }) => [field, canonical.href])).toEqual([
    ['fallback', 'https://b.com/'],
    ['url', 'https://a.com/x'],
  ]);
});

test('an app from outside the store is dangerous, as a payload and as a fallback', () => {
  const install = 'itms-services://?action=download-manifest&url=https%3A%2F%2Fa.com%2Fapp.plist';
  expect(read(install)).toMatchObject({ kind: 'app_link', codes: ['installs_app'], verdict: 'dangerous' });
  const hidden = `intent://x#Intent;scheme=foo;S.browser_fallback_url=${encodeURIComponent(install)};end`;
  expect(read(hidden).codes).toContain('installs_app');
});

test.each([
  ['market://details?id=com.evil.app', 'com.evil.app'],
  ['MARKET://DETAILS?ID=com.a.b&referrer=x', 'com.a.b'],
  ['market://search?q=pub:Kim', 'pub:Kim'],
  ['https://play.google.com/store/apps/details?id=com.kakao.talk&hl=ko', 'com.kakao.talk'],
  ['https://apps.apple.com/kr/app/kakaotalk/id362057947', '362057947'],
  ['itms-apps://apps.apple.com/app/id362057947?mt=8', '362057947'],
  ['itms-appss://itunes.apple.com/app/id362057947', '362057947'],
  ['samsungapps://ProductDetail/com.kakao.talk', 'com.kakao.talk'],
  ['onestore://common/product/0000000001', '0000000001'],
  ['ms-windows-store://pdp/?productid=9WZDNCRFJ27N', '9WZDNCRFJ27N'],
  ['https://galaxystore.samsung.com/detail/com.kakao.talk', 'com.kakao.talk'],
  ['https://apps.microsoft.com/detail/9wzdncrfj27n', '9wzdncrfj27n'],
  ['market:', null],
])('%s is the app %s in a store', (text, app_id) => {
  expect(read(text)).toEqual({
    kind: 'app_store',
    fields: { app_id },
    codes: ['store_app'],
    verdict: 'safe',
  });
});

test.each([
  'javascript:alert(1)',
  ' JavaScript:alert(1)',
  'java\nscript:alert(1)',
  'java\tscript\r\n:alert(1)',
  '\u0001javascript:alert(1)',
  '\u200bjavascript:alert(1)',
  'ｊａｖａｓｃｒｉｐｔ：alert(1)',
  'javascript://naver.com/%0aalert(1)',
  'vbscript:msgbox(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD4=',
  'DATA:Text/HTML;charset=utf-8,x',
  'data:image/svg+xml,<svg onload=alert(1)>',
  'data:application/xhtml+xml,x',
  'data:,<script>alert(1)</script>',
  'data:text/plain,<html><body>x',
  'search-ms:query=x&crumb=location:\\\\evil.tk\\x',
  'ms-word:ofe|u|http://a.com/x.docx',
  'ms-msdt:/id PCWDiagnostic',
  'ms-appinstaller:?source=https://a.com/x.appx',
  'ms-settings:privacy',
  'MS-Excel:ofv|u|https://a.com',
  'shell:startup',
])('%j is a script, always dangerous', (text) => {
  const { kind, fields, codes, verdict } = read(text);
  expect([kind, fields, verdict]).toEqual(['script', {}, 'dangerous']);
  expect(codes[0]).toMatch(/^runs_/);
});

test.each([
  ['file:///etc/passwd', ['local_file'], 'caution'],
  ['file:///C:/Users/a.exe', ['remote_program', 'local_file'], 'dangerous'],
  ['file://server/share/a.pdf', ['network_share'], 'caution'],
  ['FILE://localhost/a.txt', ['local_file'], 'caution'],
  ['ftp://a.com/x.apk', ['remote_program', 'remote_file'], 'dangerous'],
  ['ftp://user:pw@a.com/x.pdf', ['remote_file'], 'caution'],
  ['sftp://a.com/x', ['remote_file'], 'caution'],
  ['ftps://a.com/x.EXE?y#z', ['remote_program', 'remote_file'], 'dangerous'],
  ['smb://10.0.0.1/share', ['network_share'], 'caution'],
  ['\\\\10.0.0.1\\share\\x.lnk', ['remote_program', 'network_share'], 'dangerous'],
  ['nfs://a.com/x', ['network_share'], 'caution'],
  ['webdav://a.com/x.pdf', ['network_share'], 'caution'],
  ['ftp:', ['remote_file'], 'caution'],
])('%s is a file: %j', (text, codes, verdict) => {
  expect(read(text)).toEqual({ kind: 'file', fields: {}, codes, verdict });
});

test('the password of a file server is not quoted', () => {
  expect(JSON.stringify(parsePayload('ftp://user:geheim1@a.com/x.pdf').reasons)).not.toContain('geheim1');
});

test('the verdict is the worst of the payload and its links', () => {
  const wifi = parsePayload('WIFI:S:free;T:nopass;;');
  expect(judgePayload(wifi, [], AT)).toEqual({ verdict: 'caution', risk_score: 0.35 });
  expect(judgePayload(wifi, [{ risk_score: 0.9 }, { risk_score: 0.1 }], AT).verdict).toBe('dangerous');
  expect(judgePayload(parsePayload('naver.com'), [{ risk_score: 0.01 }], AT).verdict).toBe('safe');
  expect(judgePayload(parsePayload('foo://x'), [], AT).verdict).toBe('caution');
  expect(judgePayload(parsePayload('안녕'), [], AT).verdict).toBe('safe');
});

test('reasons read in both languages, quote their part and share no code with those of URLs', () => {
  const texts = [
    'WIFI:S:free;T:nopass;;',
    'tel:060-700-1234',
    'tel:+84901234567',
    'javascript:x',
    'ftp://a.com/x.apk',
    'foo://x',
    'bitcoin:abc',
    'upi://pay?pa=a@b&am=5',
    'market://details?id=a.b',
  ];
  for (const reason of texts.flatMap((text) => parsePayload(text).reasons)) {
    for (const language of ['ko', 'en'] as const) {
      const sentence = toPayloadReasonText(reason, language);
      expect(sentence).toContain(reason.part);
      expect(sentence).not.toMatch(/[{}]/);
    }
  }
  expect(Object.keys(PAYLOAD_REASON_TEXTS).filter((code) => code in REASON_TEXTS)).toEqual([]);
});
