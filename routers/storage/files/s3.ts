import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { ApiError } from '../../core/errors.ts';
import type { FileStore, RunIfUnreferenced, StagedFile } from '../../core/file-store.ts';
import type { ContentLease, ContentLeases } from './content-leases.ts';
import { Staging } from './staging.ts';
import { isSha256, toContentPath } from './store.ts';

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
  /** the file whose bytes are sent */
  body?: string;
}

/** Thrown for what the store refused; of any other error it is not known whether it was obeyed. */
class Refused extends Error {}

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const TRIES = 3;
const BACK_OFF_MS = 200;
/** Until a request that brings bytes is answered. */
const STORED_MS = 10 * 60_000;
/** Until any other is. */
const ANSWER_MS = 30_000;
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
  readonly #claims: ContentLeases;
  readonly #staging: Staging;
  readonly #held = new WeakMap<StagedFile, ContentLease>();

  /** @param arriving the folder for what arrives */
  constructor(bucket: Bucket, { claims, arriving }: { claims: ContentLeases; arriving: string }) {
    this.#bucket = bucket;
    this.#claims = claims;
    this.#staging = new Staging(arriving, () => {});
  }

  receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile> {
    return this.#staging.receive(bytes, name, limit);
  }

  async keep<T>(staged: StagedFile, name: () => T): Promise<T> {
    const claim = await this.#claim(staged.sha256);
    try {
      await this.#put(staged);
      this.#held.set(staged, claim);
      return name();
    } finally {
      letGo(claim);
    }
  }

  /** Who lost the claim, because the process slept say, may find deleted what was stored: it has to come again. */
  commitContent(staged: StagedFile): void {
    if (!this.#held.get(staged)?.held())
      throw unavailable(new Error(`${staged.sha256} was claimed meanwhile`));
  }

  async read(sha256: string, start: number, end: number): Promise<ReadableStream<Uint8Array>> {
    const headers = { range: `bytes=${start}-${end}` };
    const { body, headers: told } = await this.#send({ method: 'GET', key: toContentPath(sha256), headers });
    const part = told.get('content-range') ?? `bytes 0-${Number(told.get('content-length')) - 1}/`;
    if (body && part.startsWith(`bytes ${start}-${end}/`)) return body;
    await body?.cancel();
    throw unavailable(new Error(`${sha256} has not the bytes ${start}-${end}: "${part}" came`));
  }

  async remove(sha256: string, ifUnnamed: RunIfUnreferenced): Promise<boolean> {
    const held: ContentLease[] = [];
    ifUnnamed(() => {
      held.push(...[this.#claims.take(sha256)].filter((claim) => claim !== null));
    });
    const [claim] = held;
    if (!claim) return false;
    try {
      await this.#send({ method: 'DELETE', key: toContentPath(sha256) });
    } catch (error) {
      // Without an answer it may still be obeyed: then nobody stores the content before the claim runs out.
      if ((error as Error).cause instanceof Refused) letGo(claim);
      throw error;
    }
    letGo(claim);
    return true;
  }

  async *contents(): AsyncGenerator<string> {
    const { prefix } = this.#bucket;
    const query = { 'list-type': '2', ...(prefix === '' ? {} : { prefix: `${prefix}/` }) };
    let page: string | undefined;
    do {
      const more = page === undefined ? {} : { 'continuation-token': page };
      const listed = await (await this.#send({ method: 'GET', query: { ...query, ...more } })).text();
      for (const [, key = ''] of listed.matchAll(/<Key>([^<]+)<\/Key>/g)) {
        const sha256 = key.slice(-64);
        if (isSha256(sha256) && key === this.#keyOf(toContentPath(sha256))) yield sha256;
      }
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
      key: toContentPath(sha256),
      headers: {
        'content-length': String(size),
        'content-type': mime_type,
        'x-amz-content-sha256': sha256,
      },
      ...(size > 0 && { body: path }),
    });
  }

  async #claim(sha256: string): Promise<ContentLease> {
    for (let tries = 0; tries < CLAIM_TRIES; tries++) {
      const claim = this.#claims.take(sha256);
      if (claim) return claim;
      await wait(CLAIM_WAIT_MS);
    }
    throw unavailable(new Error(`${sha256} is being stored elsewhere`));
  }

  /** Answers what the store answered, if that is yes. What may go better another time is tried again. */
  async #send(order: Order): Promise<Response> {
    let cause: unknown;
    for (let tries = 0; tries < TRIES; tries++) {
      if (tries > 0) await wait(BACK_OFF_MS * 2 ** tries);
      try {
        const answer = await this.#fetch(order);
        if (answer.ok) return answer;
        // Stores repeat whose signature they could not accept.
        const said = (await answer.text()).replaceAll(this.#bucket.access_key_id, '…').slice(0, 500);
        cause = new Refused(
          `the file store answered ${order.method} ${order.key ?? ''} with ${answer.status}: ${said}`,
        );
        if (answer.status < 500 && answer.status !== 429) break;
      } catch (error) {
        cause = error;
      }
    }
    throw unavailable(cause);
  }

  async #fetch({ method, key, query, headers = {}, body }: Order): Promise<Response> {
    const { endpoint, bucket, region, access_key_id, secret_access_key } = this.#bucket;
    const path = key === undefined ? bucket : `${bucket}/${this.#keyOf(key)}`;
    const { url, headers: signed } = await new AwsV4Signer({
      method,
      url: `${endpoint}/${path}?${new URLSearchParams(query)}`.replace(/\?$/, ''),
      headers: { 'x-amz-content-sha256': EMPTY, ...headers },
      accessKeyId: access_key_id,
      secretAccessKey: secret_access_key,
      service: 's3',
      region,
    }).sign();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('no answer in time')), body ? STORED_MS : ANSWER_MS);
    const file = body === undefined ? null : createReadStream(body);
    const streamed = file && { body: Readable.toWeb(file) as ReadableStream, duplex: 'half' as const };
    try {
      return await fetch(url, { method, headers: signed, signal: late.signal, ...streamed });
    } finally {
      clearTimeout(timer);
      // Nobody closes it when it was not read to its end.
      file?.destroy();
    }
  }

  #keyOf(place: string): string {
    return [this.#bucket.prefix, place].filter(Boolean).join('/');
  }
}

/** What cannot be given back runs out. */
function letGo(claim: ContentLease): void {
  try {
    claim.release();
  } catch {
    // What it was held for is done.
  }
}

function unavailable(cause: unknown): ApiError {
  return new ApiError('INTERNAL_ERROR', { http: 503, cause });
}
