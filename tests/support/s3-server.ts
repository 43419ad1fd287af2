import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Bucket } from '../../routers/storage/files/s3.ts';

const ACCESS = 'AKIDEXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const REGION = 'eu-test-1';
const PAGE = 3;

export interface TestBucket {
  settings: Bucket;
  objects: Map<string, Buffer>;
  /** what was asked, `PUT ab/abc…` */
  asked: string[];
  /** statuses to answer with before anything is done */
  failures: number[];
  /** called before an object is deleted or stored */
  before: (method: string) => Promise<void>;
  /** methods that are obeyed and whose answer is lost */
  mute: Set<string>;
}

/**
 * As much of an object store as the product uses, in memory. Every request's signature is computed anew from the
 * protocol's description (Signature Version 4) and must be the one that was sent; bytes must be those that were signed.
 */
export async function testBucket(): Promise<TestBucket> {
  const it: TestBucket = {
    settings: {
      endpoint: '',
      region: REGION,
      bucket: 'bucket',
      prefix: 'some/where',
      access_key_id: ACCESS,
      secret_access_key: SECRET,
    },
    objects: new Map(),
    asked: [],
    failures: [],
    before: async () => {},
    mute: new Set(),
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await answerTo(it, request, Buffer.concat(chunks));
    if (it.mute.has(request.method ?? '')) return void request.socket.destroy();
    response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  it.settings.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return it;
}

interface Answer {
  status: number;
  body: Buffer;
  headers?: Record<string, string>;
}

const text = (status: number, body = ''): Answer => ({ status, body: Buffer.from(body) });

async function answerTo(it: TestBucket, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://x');
  const { bucket, prefix } = it.settings;
  const key = url.pathname.slice(`/${bucket}/`.length);
  const method = request.method ?? '';
  it.asked.push(`${method} ${key.slice(prefix.length + 1)}`.trim());
  const failure = it.failures.shift();
  if (failure) return text(failure, '<Error><Code>SlowDown</Code></Error>');
  const hash = createHash('sha256').update(body).digest('hex');
  if (request.headers['x-amz-content-sha256'] !== hash) return text(400, 'XAmzContentSHA256Mismatch');
  if (method === 'PUT' && request.headers['transfer-encoding']) return text(411, 'MissingContentLength');
  if (signatureOf(request, url) !== /Signature=(\w+)/.exec(request.headers.authorization ?? '')?.[1])
    return text(
      403,
      `<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>${ACCESS}</AWSAccessKeyId></Error>`,
    );
  if (key === '') return text(200, listing([...it.objects.keys()].sort(), url.searchParams));
  await it.before(method);
  const object = it.objects.get(key);
  if (method === 'PUT') it.objects.set(key, body);
  if (method === 'DELETE') it.objects.delete(key);
  if (method !== 'GET') return text(method === 'PUT' ? 200 : 204);
  if (!object) return text(404, '<Error><Code>NoSuchKey</Code></Error>');
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const part = object.subarray(Number(start), Number(end) + 1);
  const range = `bytes ${start}-${Number(start) + part.length - 1}/${object.length}`;
  return { status: 206, body: part, headers: { 'content-range': range } };
}

function listing(keys: string[], query: URLSearchParams): string {
  const token = query.get('continuation-token');
  const all = keys.filter(
    (key) => key.startsWith(query.get('prefix') ?? '') && (!token || key > atob(token)),
  );
  const page = all.slice(0, PAGE);
  const next = all.length > PAGE ? btoa(page.at(-1) as string) : null;
  const shown = page.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('');
  const more = next ? `<NextContinuationToken>${next}</NextContinuationToken>` : '';
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== null}</IsTruncated>${shown}${more}</ListBucketResult>`;
}

const hmac = (key: string | Buffer, value: string) => createHmac('sha256', key).update(value).digest();

function signatureOf({ method, headers }: IncomingMessage, url: URL): string {
  const [, scope = '', signed = ''] =
    /Credential=AKIDEXAMPLE\/([^,]+), ?SignedHeaders=([^,]+),/.exec(headers.authorization ?? '') ?? [];
  const [date = '', region, service] = scope.split('/');
  if (region !== REGION || service !== 's3' || !signed.includes('host')) return 'of another place';
  const escaped = (value: string) =>
    encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`);
  const canonical = [method, url.pathname, query, lines.join(''), signed, headers['x-amz-content-sha256']];
  const digest = createHash('sha256').update(canonical.join('\n')).digest('hex');
  const toSign = `AWS4-HMAC-SHA256\n${headers['x-amz-date']}\n${scope}\n${digest}`;
  const key = [date, REGION, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${SECRET}`);
  return hmac(key, toSign).toString('hex');
}
