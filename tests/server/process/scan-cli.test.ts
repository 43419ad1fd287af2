import { writeFileSync } from 'node:fs';
import path from 'node:path';
import QRCode from 'qrcode';
import { expect, test } from 'vitest';
import { emptyFolder, flashscan } from './run.ts';

const LINK = 'http://secure-naver-login.tk/a';

/** An empty folder with the files that are given by name. */
function folderWith(files: Record<string, string | Uint8Array>): string {
  const folder = emptyFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

test('scan finds out what each input is, judges it, and tells no secret of it', async () => {
  const picture = await QRCode.toBuffer('WIFI:T:WEP;S:Cafe;P:s3cret-pass;;');
  const cwd = folderWith({
    'flyer.png': picture,
    'broken.png': picture.subarray(0, 20),
    'list.txt': `\ufeff# a list\r\nWIFI:T:WPA;S:Home;P:s3cret-pass;;\r\n\r\nflyer.png\r\n`,
  });
  const message = `[CJ대한통운] 배송 보류\n주소 확인 http://cj-logis.top/a`;
  const { code, out, err } = await flashscan(
    [
      ...['scan', '--json', '--language', 'en', 'example.com', message, 'flyer.png', 'broken.png'],
      ...['mailto:a@b.kr?body=http%3A%2F%2Fsecure-naver-login.tk', 'missing.png', 'a'.repeat(20_000)],
      ...['https://play.google.com/store/apps/details?id=com.kakao.talk', `a ${'b'.repeat(10_000)}`],
      ...['otpauth://totp/A:b?secret=JBSWY3DPEHPK3PXP', '-', '--file', 'list.txt'],
    ],
    {},
    { cwd, input: `tel:060-700-1234\nhttps://www.naver.com/ ${LINK}\n` },
  );
  expect([code, err]).toEqual([3, '']);
  expect(JSON.parse(out)).toMatchObject([
    { type: 'url', url: 'example.com', verdict: 'safe', details: { domain: 'example.com' } },
    { type: 'message', text: message, verdict: 'dangerous', claims: [{ brand: 'cjlogistics' }] },
    { type: 'picture', file: 'flyer.png', verdict: 'caution', codes: [{ kind: 'wifi' }] },
    { type: 'picture', file: 'broken.png', error_code: expect.any(String) },
    { type: 'payload', kind: 'email', verdict: 'dangerous' },
    { type: 'url', url: 'missing.png', error_code: 'INVALID_URL' },
    { type: 'url', error_code: 'INVALID_URL' },
    { type: 'url', details: { domain: 'play.google.com' } },
    { type: 'message', error_code: 'INVALID_INPUT', message: expect.stringContaining('10,000') },
    { type: 'payload', kind: 'otp', text: 'otpauth://totp/A:b?secret=***' },
    { type: 'payload', kind: 'tel', reasons: [{ code: 'premium_number' }] },
    { type: 'message', verdict: 'dangerous' },
    { type: 'payload', kind: 'wifi', text: 'WIFI:T:WPA;S:Home;P:***;;' },
    { type: 'url', url: 'flyer.png', error_code: 'INVALID_URL' },
  ]);
  expect(out).not.toMatch(/s3cret-pass|JBSWY3DP/);
}, 120_000);

test('the table has three verdicts, a line for each code, and nothing that moves the cursor', async () => {
  const cwd = folderWith({
    'flyer.png': await QRCode.toBuffer(LINK),
    'empty.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>',
  });
  const { code, out } = await flashscan(
    ['scan', 'flyer.png', 'empty.svg', 'https://me2.kr/ab12C', 'tel:112', '내일 점심\u001b[2J\u202e\n어때?'],
    {},
    { cwd },
  );
  expect(code).toBe(3);
  const lines = out.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
  expect(lines).toEqual([
    expect.stringMatching(/^dangerous {3}[01]\.\d{3} {2}flyer\.png: http:\/\/secure-naver-login\.tk\/a$/),
    expect.stringMatching(/^NO_CODE +empty\.svg$/),
    expect.stringMatching(/^caution {5}0\.\d{3} {2}https:\/\/me2\.kr\/ab12C$/),
    expect.stringMatching(/^safe {8}0\.\d{3} {2}tel:112$/),
    expect.stringMatching(/^safe {8}0\.\d{3} {2}내일 점심 \[2J 어때\?$/),
  ]);
  const unread = await flashscan(['scan', 'empty.svg', 'https://me2.kr/ab12C'], {}, { cwd });
  expect(unread.code).toBe(1);
}, 120_000);

test('a CSV file comes back with the verdicts, whatever is in its cells', async () => {
  const cwd = folderWith({
    'list.csv': `\ufeffid,URL,text,verdict\r\n1,https://example.com,"a ""b"", c",old\r\n2,,"두 줄\n${LINK}",\r\n3,,,\r\n`,
    'euc-kr.csv': Buffer.from([...Buffer.from('text\n'), 0xb3, 0xbb, 0xc0, 0xcf, 0x20, 0x62, 0x0a]),
    'other.csv': 'id,name\n1,kim\n',
    'ragged.csv': 'url\na,b\n',
  });
  const { code, out, err } = await flashscan(['scan', '--csv', 'list.csv', '--language', 'ko'], {}, { cwd });
  expect([code, err]).toEqual([3, '']);
  const [header, first, second, rest, last] = out.split(/\n(?!http)/);
  expect(header).toBe('\ufeffid,URL,text,verdict,risk_score,reasons');
  expect(first).toMatch(/^1,https:\/\/example\.com,"a ""b"", c",safe,0\.\d+,$/);
  expect(second).toMatch(/^2,,"두 줄\nhttp:\/\/secure-naver-login\.tk\/a",dangerous,[01]\.?\d*,.*[가-힣]/);
  expect([rest, last]).toEqual([expect.stringMatching(/^3,,,,,.*URL.*[가-힣]/), '']);
  expect((await flashscan(['scan', '--csv', 'euc-kr.csv'], {}, { cwd })).out).toContain('\n내일 b,safe,');
  for (const [args, sentence] of [
    [['--csv', 'other.csv'], 'other.csv has no column url or text'],
    [['--csv', 'ragged.csv'], 'ragged.csv is no CSV: '],
    [['--csv', 'missing.csv'], 'there is no file missing.csv'],
    [['--file', '.'], 'there is no file .'],
    [['--csv', 'list.csv', 'example.com'], '--csv takes its file and no other input'],
    [['--csv', 'list.csv', '--json'], "option '--csv <file>' cannot be used with option '--json'"],
  ] as const) {
    const wrong = await flashscan(['scan', ...args], {}, { cwd });
    expect([wrong.code, wrong.out, wrong.err]).toEqual([2, '', expect.stringContaining(sentence)]);
  }
}, 180_000);
