import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { listJsonEntries } from './json-entries.ts';

export type FeedFormat = 'json' | 'csv' | 'lines';

/** A feed in none of the formats that are read, with a sentence for whoever sent it. */
export class FeedFormatError extends Error {}

/** Bytes of the beginning that decide on the format and the encoding. */
const HEAD_BYTES = 64 * 1024;
/** JSON is read as a whole. */
const MAX_JSON_BYTES = 128 * 1024 * 1024;
/** Characters; a longer line is no entry. */
const MAX_LINE_LENGTH = 16_384;
const MAX_RECORD_CHARACTERS = 256 * 1024;

const COMMENT = /^(?:[#;!]|\/\/)/;
const HOSTS_LINE = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?|0)[ \t]+(?<host>\S+)/;
/** Adblock filters (`||evil.com^`) and wildcards (`*.evil.com`, `.evil.com`) mean the domain. */
const DOMAIN_RULE = /^(?:\|\||\*\.|\.)(?<host>[^\s/^$|]+)\^?(?:\$[\w,=~-]*)?$/;
const HEADER_NAMES = [
  'url',
  'urls',
  'phish_url',
  'domain',
  'host',
  'hostname',
  'ioc_value',
  'ioc',
  'value',
  'indicator',
  '홈페이지주소',
  '사이트주소',
  'url주소',
  '도메인',
  '주소',
];
const LOOKS_LIKE_ADDRESS = /^(?:h[tx]{2}ps?:\/\/|\/\/)?[^\s,/"']+\.[^\s,"']+$/i;

/** Calls `onEntry` with each entry of a feed's file: a URL or a host, as it stands there. Throws FeedFormatError. */
export async function readFeed(
  file: string,
  onEntry: (entry: string) => void,
  onProgress: (bytes: number) => void = () => {},
): Promise<FeedFormat> {
  const { text, encoding } = await readHead(file);
  const format = detectFormat(text);
  if (format === 'json') await readJson(file, encoding, onEntry);
  else
    await readText(
      file,
      encoding,
      format === 'csv' ? csvReader(text, onEntry) : lineReader(onEntry),
      onProgress,
    );
  return format;
}

/** Korean authorities publish in EUC-KR; everybody else in UTF-8. */
async function readHead(file: string): Promise<{ text: string; encoding: 'utf-8' | 'euc-kr' }> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    if (bytes.includes(0)) throw new FeedFormatError('this is no text: a feed is lines, CSV or JSON');
    // The last character may be cut.
    const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1 || bytesRead);
    try {
      return { text: new TextDecoder('utf-8', { fatal: true }).decode(whole), encoding: 'utf-8' };
    } catch {
      return { text: new TextDecoder('euc-kr').decode(bytes), encoding: 'euc-kr' };
    }
  } finally {
    await handle.close();
  }
}

function detectFormat(head: string): FeedFormat {
  if (/^\s*[[{]\s*["[{\]}]/.test(head)) return 'json';
  const lines = head.split(/\r?\n/, 200).filter((line) => line.trim() !== '');
  const rows = lines.filter((line) => !COMMENT.test(line));
  const withCommas = rows.filter((line) => /^"[^"]*"(?:,|$)|^[^,/?]{1,200},/.test(line)).length;
  return rows.length > 0 && withCommas >= rows.length * 0.8 ? 'csv' : 'lines';
}

async function readJson(file: string, encoding: string, onEntry: (entry: string) => void): Promise<void> {
  const { size } = await stat(file);
  if (size > MAX_JSON_BYTES)
    throw new FeedFormatError(
      `JSON of ${size} bytes is too large (${MAX_JSON_BYTES}): take the feed's CSV or its lines`,
    );
  const text = new TextDecoder(encoding).decode(await readFile(file));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // One JSON value a line is as common as one value.
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue;
      try {
        listJsonEntries(JSON.parse(line), onEntry);
      } catch {
        throw new FeedFormatError('this begins like JSON and is none');
      }
    }
    return;
  }
  listJsonEntries(value, onEntry);
}

/** Sends the decoded text of a file through a stream that ends in entries. */
async function readText(
  file: string,
  encoding: string,
  reader: NodeJS.WritableStream,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const decoder = new TextDecoder(encoding);
  const decode = new Transform({
    decodeStrings: false,
    transform(chunk: Buffer, _, done) {
      onProgress(chunk.length);
      done(null, decoder.decode(chunk, { stream: true }));
    },
    flush(done) {
      done(null, decoder.decode());
    },
  });
  await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), decode, reader);
}

function lineReader(onEntry: (entry: string) => void): NodeJS.WritableStream {
  const passed = new Transform({ transform: (chunk, _, done) => done(null, chunk) });
  const lines = createInterface({ input: passed, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (line) => {
    if (line.length > MAX_LINE_LENGTH) return onEntry(line.slice(0, 200));
    const entry = toLineEntry(line);
    if (entry !== null) onEntry(entry);
  });
  return passed;
}

/** The entry of a line of a list, a hosts file or a list of filters; null for a comment or an empty line. */
function toLineEntry(line: string): string | null {
  const trimmed = line.trim();
  if (trimmed === '' || COMMENT.test(trimmed)) return null;
  const withoutComment = trimmed.replace(/(?<!\s)\s+#.*$/s, '');
  const rule = HOSTS_LINE.exec(withoutComment) ?? DOMAIN_RULE.exec(withoutComment);
  return rule?.groups?.host ?? withoutComment;
}

function csvReader(head: string, onEntry: (entry: string) => void): NodeJS.WritableStream {
  const column = findColumn(head);
  const csv = parse({
    bom: true,
    delimiter: ',',
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MAX_RECORD_CHARACTERS,
  });
  csv.on('data', (row: string[]) => {
    const entry = row[column];
    if (entry === undefined || COMMENT.test(row[0] ?? '')) return;
    if (!HEADER_NAMES.includes(entry.toLowerCase())) onEntry(entry);
  });
  return csv;
}

/** Which column has the addresses: by its name in the header, which may stand in a comment, or by what it holds. */
function findColumn(head: string): number {
  const rows = head.split(/\r?\n/, 100).map((line) =>
    line
      .replace(/^[\uFEFF#\s]+/, '')
      .split(',')
      .map((cell) => cell.trim().replace(/^"|"$/g, '')),
  );
  for (const row of rows) {
    for (const name of HEADER_NAMES) {
      const at = row.findIndex((cell) => cell.toLowerCase().replaceAll(' ', '') === name);
      if (at !== -1 && row.length > 1) return at;
    }
  }
  const counts: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      counts[at] = (counts[at] ?? 0) + Number(LOOKS_LIKE_ADDRESS.test(cell));
    });
  }
  const most = Math.max(0, ...counts.map((count) => count ?? 0));
  if (most === 0) throw new FeedFormatError('no column of this CSV holds URLs or hosts');
  return counts.indexOf(most);
}
