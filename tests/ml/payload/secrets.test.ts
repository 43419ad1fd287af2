import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePayload } from '../../../ml/payload/parse.ts';

const codes = (text: string) => parsePayload(text).reasons.map(({ code }) => code);

test.each([
  ['WIFI:T:WPA;S:mynetwork;P:mypass;;', { ssid: 'mynetwork', security: 'WPA', hidden: false }, []],
  ['WIFI:S:카페 2층;T:WPA2;P:pass1234;H:true;;', { ssid: '카페 2층', security: 'WPA2', hidden: true }, []],
  ['WIFI:T:WPA;S:a\\;b\\:c\\\\d;P:"x";;', { ssid: 'a;b:c\\d', security: 'WPA', hidden: false }, []],
  ['wifi:p:secret99;s:lower;t:wpa;;', { ssid: 'lower', security: 'WPA', hidden: false }, []],
  ['WIFI:S:"quoted";P:secret99;T:WPA;;', { ssid: 'quoted', security: 'WPA', hidden: false }, []],
  ['WIFI:T:SAE;S:six;P:secret99;;', { ssid: 'six', security: 'WPA3', hidden: false }, []],
  [
    'WIFI:T:WPA2-EAP;E:PEAP;PH2:MSCHAPV2;I:kim;P:secret99;S:corp;;',
    { ssid: 'corp', security: 'WPA2-EAP', hidden: false },
    [],
  ],
  ['WIFI:S:typeless;P:secret99;;', { ssid: 'typeless', security: 'WPA', hidden: false }, []],
  ['WIFI:T:nopass;S:free;;', { ssid: 'free', security: 'open', hidden: false }, ['open_wifi']],
  ['WIFI:S:free;;', { ssid: 'free', security: 'open', hidden: false }, ['open_wifi']],
  ['WIFI:T:WEP;S:old;P:abcde;;', { ssid: 'old', security: 'WEP', hidden: false }, ['weak_wifi']],
  ['WIFI:T:;S:;P:;;', { ssid: null, security: 'open', hidden: false }, ['open_wifi']],
  ['WIFI:', { ssid: null, security: 'open', hidden: false }, ['open_wifi']],
  ['WIFI:T:WPA;S:cut;P:secret99', { ssid: 'cut', security: 'WPA', hidden: false }, []],
])('%s is a network', (text, fields, reasons) => {
  expect(parsePayload(text)).toMatchObject({ kind: 'wifi', fields });
  expect(codes(text)).toEqual(reasons);
});

test.each([
  [
    'otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDMVJECJJWSRB3H&issuer=ACME%20Co&digits=6',
    'ACME Co',
    'john.doe@email.com',
  ],
  ['otpauth://totp/Example:alice@google.com?secret=JBSWY3DPEHPK3PXP', 'Example', 'alice@google.com'],
  ['otpauth://hotp/alice?secret=JBSWY3DPEHPK3PXP&counter=0', null, 'alice'],
  ['OTPAUTH://TOTP/%EB%84%A4%EC%9D%B4%EB%B2%84:%ED%99%8D?SECRET=JBSWY3DPEHPK3PXP', '네이버', '홍'],
  ['otpauth://totp/a:b:c?secret=JBSWY3DPEHPK3PXP', 'a', 'b:c'],
  ['otpauth://totp/x?issuer=Label&secret=JBSWY3DPEHPK3PXP', 'Label', 'x'],
  ['otpauth://totp/?secret=JBSWY3DPEHPK3PXP', null, null],
  ['otpauth://totp/Big%3Akim?secret=JBSWY3DPEHPK3PXP', 'Big', 'kim'],
  ['otpauth://steam/kim?secret=JBSWY3DPEHPK3PXP;issuer=Steam', 'Steam', 'kim'],
  ['otpauth-migration://offline?data=JBSWY3DPEHPK3PXP', null, null],
  ['otpauth:', null, null],
])('%s is a second factor', (text, issuer, account) => {
  expect(parsePayload(text)).toMatchObject({ kind: 'otp', fields: { issuer, account } });
  expect(codes(text)).toEqual(['second_factor']);
  expect(JSON.stringify(parsePayload(text))).not.toMatch(/JBSWY3|HXDMVJ/);
});

test('no secret is anywhere in the result, whatever it is made of and wherever it stands', () => {
  const secret = fc.string({
    unit: fc.constantFrom(...'ABCDEFGHJKMNPQRSTUVWXYZ23456789'),
    minLength: 8,
    maxLength: 30,
  });
  const places: ((key: string) => string)[] = [
    (key) => `WIFI:T:WPA;S:cafe;P:${key};;`,
    (key) => `WIFI:P:${key};S:cafe;T:WPA;;http://a.com`,
    (key) => `WIFI:T:WPA;S:cafe;P:http\\://${key}.com/;;`,
    (key) => `wifi:t:wpa;s:cafe;p:\\;${key}\\;;;`,
    (key) => `WIFI:T:WPA2-EAP;S:c;I:${key};PH2:${key};P:${key};;`,
    (key) => `우리 집 와이파이 WIFI:T:WPA;S:home;P:${key};; 입니다`,
    (key) => `SMSTO:01012345678:WIFI:T:WPA;S:home;P:${key};;`,
    (key) => `URL:WIFI:T:WPA;S:home;P:${key};;`,
    (key) => `otpauth://totp/a:b?secret=${key}&issuer=a`,
    (key) => `otpauth://totp/a:b?issuer=a&SECRET=${key}`,
    (key) => `otpauth-migration://offline?data=${key}`,
    (key) => `wc:7f6e504b@2?relay-protocol=irn&symKey=${key}`,
    (key) => `키는 otpauth://totp/a:b?secret=${key} 입니다`,
  ];
  fc.assert(
    fc.property(fc.constantFrom(...places), secret, (place, key) => {
      expect(JSON.stringify(parsePayload(place(key)))).not.toContain(key);
    }),
    { numRuns: 1000 },
  );
});

test('what may be stored shows that something is left out', () => {
  expect(parsePayload('WIFI:T:WPA;S:cafe;P:se\\;cret;H:true;;').text).toBe(
    'WIFI:T:WPA;S:cafe;P:***;H:true;;',
  );
  expect(parsePayload('otpauth://totp/a:b?secret=ABC&issuer=a').text).toBe(
    'otpauth://totp/a:b?secret=***&issuer=a',
  );
});
