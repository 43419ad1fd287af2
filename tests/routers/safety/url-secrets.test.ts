import { expect, test } from 'vitest';
import { scan_history, url_analysis_cache } from '../../../db/index.ts';
import { testApp } from '../../support/app.ts';

const OTP = 'otpauth://totp/Example:kim?secret=JBSWY3DPEHPK3PXP&issuer=Example';
const MIGRATION = 'otpauth-migration://offline?data=JBSWY3DPEHPK3PXP%3D%3D';
const WIFI = 'WIFI:T:WPA;S:Cafe;P:JBSWY3DPEHPK3PXP;;';
const once = encodeURIComponent;

test.each([
  `https://chart.example/chart?cht=qr&chl=${OTP}`,
  `https://chart.example/chart?chl=${once(OTP)}&chs=200`,
  `https://open.example/?url=${once(`https://chart.example/?chl=${once(OTP)}`)}`,
  'https://chart.example/?chl=otpauth%3A%2F%2Ftotp%2Fkim%3Fissuer%3DA%26secret=JBSWY3DPEHPK3PXP',
  `https://chart.example/?chl=${once(MIGRATION)}`,
  `https://chart.example/#${once(OTP)}`,
  `https://chart.example/?chl=${once(WIFI)}&size=2`,
  `https://chart.example/?chl=${WIFI.replaceAll(';', '%3B')}`,
  `https://open.example/?url=${once(`https://chart.example/?chl=${once(WIFI)}`)}`,
  `https://chart.example/qr/${once(WIFI)}.png`,
  `https://mywifi.example/wifi/${once(WIFI)}`,
])('a secret in %s is neither stored nor answered', async (url) => {
  const { client, deps } = testApp();
  const guest = client();
  const answers = [
    await guest.post('/scan/analyze', { url }),
    await guest.post('/scan/batch', { urls: [url, `no link: ${OTP}`] }),
    await guest.post('/scan/message', { text: `사진 ${url}` }),
    await guest.post('/scan/payload', { text: url }),
    await guest.get('/history'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const rows = [scan_history, url_analysis_cache].map((table) => deps.db.select().from(table).all());
  expect(rows.map(({ length }) => length > 0)).toEqual([true, true]);
  expect(JSON.stringify([answers, rows])).not.toContain('JBSWY3DP');
  expect(answers[0]?.body.data.url).toContain('***');
  expect(answers[0]?.body.data.details.domain).toBe(new URL(url).hostname);
});

test('what only looks like a secret stays in a URL', async () => {
  for (const url of [
    'https://example.com/?secret=1&data=2',
    'https://example.com/?q=wifi%20%EB%B9%84%EB%B0%80',
    'https://example.com/wifi?p=%41%26b',
  ]) {
    const { data } = (await testApp().client().post('/scan/analyze', { url })).body;
    expect(data.url).toBe(url);
  }
});
