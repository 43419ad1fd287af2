import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, flashscan } from './run.ts';

test('eval urls measures a labelled file by source, and says what is wrong with another', async () => {
  const folder = emptyFolder();
  const env = { DATA_DIR: path.join(folder, 'data') };
  const write = (name: string, text: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const file = write(
    'a.csv',
    'url,label,source\nhttp://secure-naver-login.tk/a,1,mine\nhttps://www.naver.com/,0,mine\n"https://www.kakao.com/a,b",benign,other\n\n',
  );
  const { code, out } = await flashscan(['eval', 'urls', file, '--json'], env);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([
    { source: 'mine', malicious: 1, benign: 1, auc: 1, detected: 1, false_alarms: 0 },
    { source: 'other', malicious: 0, benign: 1, auc: null },
    { source: 'all', malicious: 1, benign: 2, auc: 1 },
  ]);
  for (const [name, text, sentence] of [
    ['b.csv', 'address,label\nhttp://a.com,1\n', 'columns url and label'],
    ['c.csv', 'url,label\nhttp://a.com,maybe\n', '"maybe" in row 2'],
    ['d.csv', '', 'no rows'],
  ] as const) {
    const { code, err } = await flashscan(['eval', 'urls', write(name, text)], env);
    expect([name, code, err]).toEqual([name, 2, expect.stringContaining(sentence)]);
  }
}, 120_000);

test('scan feedback prints confirmed reports only when asked to export them', async () => {
  const env = { DATA_DIR: emptyFolder() };
  await flashscan(['migrate'], env);
  expect(await flashscan(['scan', 'feedback'], env)).toMatchObject({ code: 2 });
  expect(await flashscan(['scan', 'feedback', '--export'], env)).toMatchObject({
    code: 0,
    out: 'url,label,source\n',
  });
}, 60_000);
