import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parsePayload } from '../../ml/payload/parse.ts';
import { UsageError } from './exit-code.ts';
import { readStandardInput } from './standard-input.ts';

export const SCAN_TYPES = ['url', 'payload', 'message', 'picture'] as const;

/** One thing to scan: a text, or the path of a picture. */
export interface ScanItem {
  type: (typeof SCAN_TYPES)[number];
  text: string;
}

const PICTURE_NAME = /\.(?:png|jpe?g|webp|gif|avif|heic|heif|tiff?|bmp|svg|pdf)$/i;

/** What the arguments name; `-` and no argument at all are the lines of standard input. Pictures are arguments only. */
export async function readScanItems(inputs: readonly string[], file?: string): Promise<ScanItem[]> {
  const items: ScanItem[] = [];
  const sources = inputs.length === 0 && file === undefined ? ['-'] : inputs;
  for (const input of sources) {
    if (input === '-') items.push(...toItems(await readStandardInput()));
    else items.push(isPicture(input) ? { type: 'picture', text: input } : toScanItem(input));
  }
  if (file !== undefined) items.push(...toItems(await readTextFile(file)));
  return items;
}

/** A text that is one URL, several words that are no payload of a known kind, or a payload. */
export function toScanItem(text: string): ScanItem {
  const { kind, links } = parsePayload(text);
  const isUrl = kind === 'url' || (kind === 'app_store' && /^\s*https?:/i.test(text));
  if (isUrl && links.length < 2) return { type: 'url', text };
  if (kind !== 'text') return { type: 'payload', text };
  if (/\S\s+\S/.test(text)) return { type: 'message', text };
  // A single word without a link is refused as a URL, so that a misspelt file is not called safe.
  return { type: links.length === 0 ? 'url' : 'payload', text };
}

/** A file, or standard input for `-`. Throws UsageError when there is no such file. */
export async function readTextFile(file: string): Promise<string> {
  if (file === '-') return readStandardInput();
  if (!isFile(file)) throw new UsageError(`there is no file ${file}`);
  return decode(await readFile(file));
}

/** Spreadsheets in Korea save EUC-KR. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('euc-kr').decode(bytes);
  }
}

function toItems(text: string): ScanItem[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(toScanItem);
}

function isPicture(input: string): boolean {
  return PICTURE_NAME.test(input) && isFile(input);
}

function isFile(name: string): boolean {
  return existsSync(name) && statSync(name).isFile();
}
