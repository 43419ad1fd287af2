import { expect, test } from 'vitest';
import { foldEmail, foldName } from '../../../db/index.ts';
import { PASSWORD, testApp } from '../../support/app.ts';

let n = 0;
const register = (app: ReturnType<typeof testApp>, fields: object) =>
  app.client().post('/auth/register', { email: `p${n++}@example.com`, password: PASSWORD, ...fields });
const login = (app: ReturnType<typeof testApp>, username: string) =>
  app.client().post('/auth/login', { username, password: PASSWORD });

test('a username is one in every spelling: case, composition and width', async () => {
  const names = [
    ['Éric', 'éric', 'ÉRIC', 'E\u0301ric', 'e\u0301RIC'],
    ['김철수', '김철수'.normalize('NFD')],
    ['ÄÄrger', 'äärger', 'ÄÄRGER'],
    ['ＭＩＮＡ', 'mina', 'Mina'],
    ['Straße', 'STRASSE', 'strasse'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος', 'σίσυφοσ'],
    ['Ｄｍｉｔｒｉ2', 'dmitri２'],
  ];
  const app = testApp();
  for (const [first = '', ...others] of names) {
    expect([first, (await register(app, { username: first })).status]).toEqual([first, 201]);
    for (const spelling of [first, ...others]) {
      expect([spelling, (await login(app, spelling)).status]).toEqual([spelling, 200]);
      const again = await register(app, { username: spelling });
      expect([spelling, again.body.code]).toEqual([spelling, 'USERNAME_TAKEN']);
    }
  }
});

test('an address is one in every spelling, may have blanks around it, and a Korean domain in Punycode', async () => {
  const app = testApp();
  for (const email of ['kim@xn--vk1bq81c.xn--3e0b707e', ' lee@example.com ', 'PARK@Example.COM']) {
    const first = await register(app, { email });
    expect([email, first.status]).toEqual([email, 201]);
    expect(first.body.data.email).toBe(email.trim());
    for (const spelling of [email.toUpperCase(), email.toLowerCase(), `  ${email}`]) {
      expect((await login(app, spelling)).status).toBe(200);
      expect((await register(app, { email: spelling })).body.code).toBe('EMAIL_TAKEN');
    }
  }
  const alice = await app.user('alice');
  const changed = await alice.post('/me', { email: ' kim2@example.com ', old_password: PASSWORD });
  expect(changed.body.email).toBe('kim2@example.com');
  for (const email of ['kim', 'kim@', '@example.com', 'kim@example', 'kim@example.c1', 'a b@example.com'])
    expect([email, (await register(app, { email })).status]).toEqual([email, 400]);
  expect(foldEmail('Kim@한국.KR')).toBe(foldEmail('kim@xn--3e0b707e.kr'));
});

test('nobody is named like an administrator or the product, nor in letters of two alphabets', async () => {
  const app = testApp();
  const reserved = [
    'admin',
    'ADMIN',
    'ＡＤＭＩＮ',
    'Ádmin',
    'adm1n',
    'admln0',
    'a.d.m.i.n',
    '_admin_',
    'r00t',
    'flashscan',
  ];
  for (const username of reserved) {
    const { status, body } = await register(app, { username });
    if (username === 'admln0') expect(status).toBe(201);
    else expect([username, body.code]).toEqual([username, 'USERNAME_TAKEN']);
  }
  for (const username of ['аdmin', 'mіna', 'Αlice', 'paypаl']) {
    const { status, body } = await register(app, { username });
    expect([username, status, body.issues?.[0].path]).toEqual([username, 400, 'username']);
  }
  for (const username of ['김mina', 'дмитрий', 'Ελένη', '田中taro', 'administration', 'mina1'])
    expect([username, (await register(app, { username })).status]).toEqual([username, 201]);
  // A name that is made of the address is no reserved one either.
  const it = await app.user('admin');
  expect((await it.get('/me')).body.username).toBe('admin2');
});

test('a password is none of the most used in any width, nor blank, nor the name of the account or the product', async () => {
  const app = testApp();
  const weak = [
    'password1',
    'ｐａｓｓｗｏｒｄ１',
    'PASSWORD1',
    '        ',
    '\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000',
    'minjun.kim@example.org',
    'MinJun.Kim@example.org',
    'minjun.kim',
    'minjunkim2026!',
    'flashscan',
    'FlashScan1!',
    'ｆｌａｓｈｓｃａｎ',
    'gildong.hong',
  ];
  for (const password of weak) {
    const fields = { email: 'minjun.kim@example.org', username: 'gildong.hong', password };
    const { status, body } = await register(app, fields);
    expect([password, status, body.issues?.[0].path]).toEqual([password, 400, 'password']);
  }
  const strong = { email: 'minjun.kim@example.org', password: 'minjun rides the 7 o’clock train' };
  expect((await register(app, strong)).status).toBe(201);
});

test('names show no hidden characters', async () => {
  const app = testApp();
  const { status, body } = await register(app, { nickname: '\u202egnp.exe\u200b\u0007Kim\u2066' });
  expect([status, body.data.nickname]).toEqual([201, 'gnp.exe Kim']);
  expect((await register(app, { nickname: '\u202e\u200b' })).status).toBe(400);
  const alice = await app.user('alice');
  const changed = await alice.post('/me', { display_name: 'Al\u202eice\nKim' });
  expect(changed.body.display_name).toBe('Alice Kim');
  const family = '👩‍👩‍👧 가족';
  expect((await alice.post('/me', { display_name: family })).body.display_name).toBe(family);
});

test('folding a name twice changes nothing', () => {
  for (const name of ['Éric', 'ﬁ', 'İstanbul', 'ß', 'ẞ', 'ΐ', 'Ǆ', 'ŉ', '김', 'Ⅳ', 'ﾊﾞ', 'ı', 'ſ', 'K'])
    expect(foldName(foldName(name))).toBe(foldName(name));
});
