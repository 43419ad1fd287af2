import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { ApiError } from '../../errors.ts';
import type { Claims } from './claims.ts';
import { type StagedFile, Staging } from './staging.ts';
import { type FileStore, type IfUnnamed, placeOf } from './store.ts';

/** A bucket of a store that speaks Amazon's S3 protocol. */
export interface Bucket {
  /** `https://s3.eu-central-1.amazonaws.com`; the bucket stands in the path */
  endpoint: string;
  region: string;
  bucket: string;
  /** before every key, without a slash at its ends; empty for none */
  prefix: string;
  access_key_id: string;
  secret_access_key: string;
}

interface Order {
  method: 'GET' | 'PUT' | 'DELETE';
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: () => ReadableStream;
}

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const TRIES = 3;
const BACK_OFF_MS = 200;
/** A whole request, its body too. Claims last longer. */
const REQUEST_MS = 10 * 60_000;
const CLAIM_TRIES = 200;
const CLAIM_WAIT_MS = 50;

/**
 * Bytes in an object store. What arrives is written to this machine's disk first: its hash, which is its key and part
 * of what is signed, is known only at its end, and from there it can be sent again. It is stored before the row that
 * names it is written, so a crash leaves an object without a row, which the sweep deletes.
 *
 * Storing and deleting take longer than a transaction may. Whoever does either holds the content's claim, so that
 * nothing is deleted that a row is about to name.
 */
export class S3Files implements FileStore {
  readonly #bucket: Bucket;
  readonly #claims: Claims;
  readonly #staging: Staging;

  /** @param arriving the folder for what arrives */
  constructor(bucket: Bucket, { claims, arriving }: { claims: Claims; arriving: string }) {
    this.#bucket = bucket;
    this.#claims = claims;
    this.#staging = new Staging(arriving, () => {});
  }

  receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile> {
    return this.#staging.receive(bytes, name, limit);
  }

  async keep<T>(staged: StagedFile, name: () => T): Promise<T> {
    const release = await this.#claim(staged.sha256);
    try {
      await this.#put(staged);
      return name();
    } finally {
      release();
    }
  }

  place(): void {}

  async read(sha256: string, start: number, end: number): Promise<ReadableStream<Uint8Array>> {
    const headers = { range: `bytes=${start}-${end}` };
    const { body } = await this.#send({ method: 'GET', key: placeOf(sha256), headers });
    if (!body) throw new Error(`${sha256} has no bytes`);
    return body;
  }

  async remove(sha256: string, ifUnnamed: IfUnnamed): Promise<boolean> {
    let release: (() => void) | null = null;
    ifUnnamed(() => {
      release = this.#claims.take(sha256);
    });
    if (!release) return false;
    try {
      await this.#send({ method: 'DELETE', key: placeOf(sha256) });
      return true;
    } finally {
      (release as () => void)();
    }
  }

  async *contents(): AsyncGenerator<string> {
    const { prefix } = this.#bucket;
    const query = { 'list-type': '2', ...(prefix === '' ? {} : { prefix: `${prefix}/` }) };
    let page: string | undefined;
    do {
      const more = page === undefined ? {} : { 'continuation-token': page };
      const listed = await (await this.#send({ method: 'GET', query: { ...query, ...more } })).text();
      for (const [, sha256] of listed.matchAll(/<Key>[^<]*?([0-9a-f]{64})<\/Key>/g)) yield sha256 as string;
      page = /<NextContinuationToken>([^<]+)</.exec(listed)?.[1]?.replaceAll('&amp;', '&');
    } while (page !== undefined);
  }

  dropAbandoned(now: number, mine: 'too' | 'not'): Promise<number> {
    return this.#staging.dropAbandoned(now, mine);
  }

  /** The store checks the bytes against the hash that is signed, and answers once they last. */
  async #put({ path, size, sha256, mime_type }: StagedFile): Promise<void> {
    await this.#send({
      method: 'PUT',
      key: placeOf(sha256),
      headers: {
        'content-length': String(size),
        'content-type': mime_type,
        'x-amz-content-sha256': sha256,
      },
      ...(size > 0 && { body: () => Readable.toWeb(createReadStream(path)) as ReadableStream }),
    });
  }

  async #claim(sha256: string): Promise<() => void> {
    for (let tries = 0; tries < CLAIM_TRIES; tries++) {
      const release = this.#claims.take(sha256);
      if (release) return release;
      await wait(CLAIM_WAIT_MS);
    }
    throw new ApiError('INTERNAL_ERROR', {
      http: 503,
      cause: new Error(`${sha256} is being stored elsewhere`),
    });
  }

  /** Answers what the store answered, if that is yes. What may go better another time is tried again. */
  async #send(order: Order): Promise<Response> {
    let cause: unknown;
    for (let tries = 0; tries < TRIES; tries++) {
      if (tries > 0) await wait(BACK_OFF_MS * 2 ** tries);
      try {
        const answer = await this.#fetch(order);
        if (answer.ok) return answer;
        const said = (await answer.text()).slice(0, 500);
        cause = new Error(
          `the file store answered ${order.method} ${order.key ?? ''} with ${answer.status}: ${said}`,
        );
        if (answer.status < 500 && answer.status !== 429) break;
      } catch (error) {
        cause = error;
      }
    }
    throw new ApiError('INTERNAL_ERROR', { http: 503, cause });
  }

  async #fetch({ method, key, query, headers = {}, body }: Order): Promise<Response> {
    const { endpoint, bucket, prefix, region, access_key_id, secret_access_key } = this.#bucket;
    const path = [bucket, ...(key === undefined ? [] : [prefix, key].filter(Boolean))].join('/');
    const { url, headers: signed } = await new AwsV4Signer({
      method,
      url: `${endpoint}/${path}?${new URLSearchParams(query)}`.replace(/\?$/, ''),
      headers: { 'x-amz-content-sha256': EMPTY, ...headers },
      accessKeyId: access_key_id,
      secretAccessKey: secret_access_key,
      service: 's3',
      region,
    }).sign();
    const streamed = body && { body: body(), duplex: 'half' as const };
    return fetch(url, { method, headers: signed, signal: AbortSignal.timeout(REQUEST_MS), ...streamed });
  }
}
