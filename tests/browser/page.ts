import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Debian's; another system says where its Chromium is. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Pictures of what was seen, for people to look at. */
export const PICTURES = process.env.PICTURES ?? mkdtempSync(path.join(tmpdir(), 'flashscan-pictures-'));

export interface Watched {
  page: Page;
  /** hosts the page asked for something */
  hosts: Set<string>;
  /** what the page complained of, violations of its policy too; answers of 4xx, and that no language model runs, are not complaints */
  complaints: string[];
  picture(name: string): Promise<void>;
}

/** A page in a real browser that can reach nothing but this machine, watched for requests and errors. */
export async function openPage(url: string): Promise<Watched> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const hosts = new Set<string>();
  const complaints: string[] = [];
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') || protocol.startsWith('ws')) hosts.add(hostname);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    const answered = /Failed to load resource: the server responded with a status of (?:4\d\d|503)/.test(
      text,
    );
    if (message.type() === 'error' && !answered) complaints.push(text);
  });
  await page.exposeFunction('cspViolated', (what: string) => void complaints.push(`CSP: ${what}`));
  await page.addInitScript(() => {
    const { cspViolated } = window as unknown as { cspViolated(what: string): void };
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      cspViolated(`${violatedDirective} ${blockedURI}`),
    );
  });
  await page.goto(url);
  const picture = async (name: string) => {
    await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true });
  };
  return { page, hosts, complaints, picture };
}
