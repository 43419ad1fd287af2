import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { emptyFolder, startServer } from '../server/process/run.ts';
import { openPage, PICTURES } from './page.ts';

const ACCOUNT = { email: 'user@example.com', password: 'securePassword123' };
const CLIENT = 'flash-tv';

afterAll(() => console.log(`pictures: ${PICTURES}`));

test('a person logs in on the page, enters what the device shows, and lets it in', async () => {
  const { url } = await startServer({ DATA_DIR: path.join(emptyFolder(), 'data'), LOG_LEVEL: 'info' });
  const post = async (route: string, body: object) => {
    const answer = await fetch(url + route, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'FlashTV/1.0 (living room)' },
      body: JSON.stringify(body),
    });
    return answer.json();
  };
  await post('/auth/register', ACCOUNT);
  const { user_code, device_code } = await post('/device/authorize', { client_id: CLIENT });
  const ask = () =>
    post('/device/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code,
      client_id: CLIENT,
    });
  expect(await ask()).toMatchObject({ error: 'authorization_pending' });

  const { page, hosts, complaints, picture } = await openPage(`${url}/device`);
  await picture('device-login');
  await page.fill('[name=email]', ACCOUNT.email);
  await page.fill('[name=password]', 'not it at all');
  await page.click('[value=login]');
  expect(await page.locator('[role=alert]').innerText()).not.toBe('');
  await page.fill('[name=email]', ACCOUNT.email);
  await page.fill('[name=password]', ACCOUNT.password);
  await page.click('[value=login]');
  await page.waitForSelector('input.code');
  await picture('device-code');
  await page.fill('input.code', user_code.toLowerCase());
  await page.click('main form:first-of-type button');
  await page.waitForSelector('[value=approve]');
  expect(await page.locator('dl').innerText()).toContain(CLIENT);
  await page.setViewportSize({ width: 360, height: 740 });
  await picture('device-confirm');
  await page.click('[value=approve]');
  await page.waitForSelector('[value=approve]', { state: 'detached' });
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('device-approved');

  const login = await ask();
  expect(login).toMatchObject({ token_type: 'Bearer', user: { email: ACCOUNT.email } });
  expect([...hosts]).toEqual(['127.0.0.1']);
  expect(complaints).toEqual([]);
}, 120_000);

test('a page that breaks its own policy is noticed here', async () => {
  const { url } = await startServer({ DATA_DIR: path.join(emptyFolder(), 'data') });
  const { page, complaints } = await openPage(`${url}/device`);
  expect(complaints).toEqual([]);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
  });
  await expect.poll(() => complaints.filter((one) => one.startsWith('CSP: script-src'))).toHaveLength(1);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
}, 60_000);
