import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { ApiError } from '../../core/errors.ts';
import type { FileStore, RunIfUnreferenced, StagedFile } from '../../core/file-store.ts';
import type { ContentLease, ContentLeases } from './content-leases.ts';
import { Staging } from './staging.ts';
import { isSha256, toContentPath } from './store.ts';

/** A bucket of an object store with the S3 protocol. */
export interface Bucket {
  /** `https://s3.eu-central-1.amazonaws.com`; requests have the bucket in the path */
  endpoint: string;
  region: string;
  bucket: string;
  /** precedes every key, without slashes at its ends; empty for none */
  prefix: string;
  access_key_id: string;
  secret_access_key: string;
}

interface S3Request {
  method: 'GET' | 'PUT' | 'DELETE';
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** the path of the file that is sent */
  body?: string;
}

/** The store rejected the request. After any other error the request may still have been carried out. */
class RejectedByStoreError extends Error {}

/** of an empty body */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const MAX_REQUEST_ATTEMPTS = 3;
const INITIAL_BACKOFF_MS = 200;
const UPLOAD_TIMEOUT_MS = 10 * 60_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_LEASE_ATTEMPTS = 200;
const LEASE_RETRY_INTERVAL_MS = 50;

/**
 * Contents in an object store. Uploads are staged on the local disk first: their hash, which is the key and part of the
 * signature, is known only at the end, and a staged file can be sent again. An object is stored before the row that
 * references it is written, so a crash leaves an object without a row, which the garbage collection deletes.
 *
 * Storing and deleting take longer than a transaction may. Both hold the content's lease, so that no content is deleted
 * that a row is about to reference.
 */
export class S3Files implements FileStore {
  readonly #bucket: Bucket;
  readonly #leases: ContentLeases;
  readonly #staging: Staging;
  readonly #heldLeases = new WeakMap<StagedFile, ContentLease>();

  /** @param arriving the folder of staged files */
  constructor(bucket: Bucket, { leases, uploadFolder }: { leases: ContentLeases; uploadFolder: string }) {
    this.#bucket = bucket;
    this.#leases = leases;
    this.#staging = new Staging(uploadFolder, () => {});
  }

  receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile> {
    return this.#staging.receive(bytes, name, limit);
  }

  async persist<T>(staged: StagedFile, addRow: () => T): Promise<T> {
    const lease = await this.#acquireLease(staged.sha256);
    try {
      await this.#upload(staged);
      this.#heldLeases.set(staged, lease);
      return addRow();
    } finally {
      releaseQuietly(lease);
    }
  }

  /** Without the lease, which a suspended process may have lost, the object may be deleted: the upload must be repeated. */
  commitContent(staged: StagedFile): void {
    if (!this.#heldLeases.get(staged)?.isHeld())
      throw unavailable(new Error(`the lease of ${staged.sha256} was lost`));
  }

  async read(sha256: string, start: number, end: number): Promise<ReadableStream<Uint8Array>> {
    const headers = { range: `bytes=${start}-${end}` };
    const response = await this.#send({ method: 'GET', key: toContentPath(sha256), headers });
    const length = Number(response.headers.get('content-length'));
    const range = response.headers.get('content-range') ?? `bytes 0-${length - 1}/`;
    if (response.body && range.startsWith(`bytes ${start}-${end}/`)) return response.body;
    await response.body?.cancel();
    throw unavailable(new Error(`asked for the bytes ${start}-${end} of ${sha256}, got "${range}"`));
  }

  async remove(sha256: string, runIfUnreferenced: RunIfUnreferenced): Promise<boolean> {
    const leases: ContentLease[] = [];
    runIfUnreferenced(() => {
      const lease = this.#leases.acquire(sha256);
      if (lease) leases.push(lease);
    });
    const [lease] = leases;
    if (!lease) return false;
    try {
      await this.#send({ method: 'DELETE', key: toContentPath(sha256) });
    } catch (error) {
      // Without a response the deletion may still happen: the lease keeps others from storing the content until it expires.
      if ((error as Error).cause instanceof RejectedByStoreError) releaseQuietly(lease);
      throw error;
    }
    releaseQuietly(lease);
    return true;
  }

  async *listContents(): AsyncGenerator<string> {
    const { prefix } = this.#bucket;
    const query = { 'list-type': '2', ...(prefix === '' ? {} : { prefix: `${prefix}/` }) };
    let token: string | undefined;
    do {
      const page = token === undefined ? {} : { 'continuation-token': token };
      const xml = await (await this.#send({ method: 'GET', query: { ...query, ...page } })).text();
      for (const [, key = ''] of xml.matchAll(/<Key>([^<]+)<\/Key>/g)) {
        const sha256 = key.slice(-64);
        if (isSha256(sha256) && key === this.#toKey(toContentPath(sha256))) yield sha256;
      }
      token = /<NextContinuationToken>([^<]+)</.exec(xml)?.[1]?.replaceAll('&amp;', '&');
    } while (token !== undefined);
  }

  removeAbandoned(now: number, options: { includeOwn: boolean }): Promise<number> {
    return this.#staging.removeAbandoned(now, options);
  }

  /** The store checks the bytes against the signed hash, and responds once they are durable. */
  async #upload({ path, size, sha256, mime_type }: StagedFile): Promise<void> {
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

  async #acquireLease(sha256: string): Promise<ContentLease> {
    for (let attempt = 0; attempt < MAX_LEASE_ATTEMPTS; attempt++) {
      const lease = this.#leases.acquire(sha256);
      if (lease) return lease;
      await wait(LEASE_RETRY_INTERVAL_MS);
    }
    throw unavailable(new Error(`another process holds the lease of ${sha256}`));
  }

  /** The response, if its status is 2xx. Network errors and statuses that may pass are retried. Throws INTERNAL_ERROR (503). */
  async #send(request: S3Request): Promise<Response> {
    let cause: unknown;
    for (let attempt = 0; attempt < MAX_REQUEST_ATTEMPTS; attempt++) {
      if (attempt > 0) await wait(INITIAL_BACKOFF_MS * 2 ** attempt);
      try {
        const response = await this.#fetch(request);
        if (response.ok) return response;
        // Errors about a signature repeat the access key.
        const text = (await response.text()).replaceAll(this.#bucket.access_key_id, '…').slice(0, 500);
        cause = new RejectedByStoreError(
          `the file store answered ${request.method} ${request.key ?? ''} with ${response.status}: ${text}`,
        );
        if (response.status < 500 && response.status !== 429) break;
      } catch (error) {
        cause = error;
      }
    }
    throw unavailable(cause);
  }

  async #fetch({ method, key, query, headers = {}, body }: S3Request): Promise<Response> {
    const { endpoint, bucket, region, access_key_id, secret_access_key } = this.#bucket;
    const path = key === undefined ? bucket : `${bucket}/${this.#toKey(key)}`;
    const { url, headers: signed } = await new AwsV4Signer({
      method,
      url: `${endpoint}/${path}?${new URLSearchParams(query)}`.replace(/\?$/, ''),
      headers: { 'x-amz-content-sha256': EMPTY_SHA256, ...headers },
      accessKeyId: access_key_id,
      secretAccessKey: secret_access_key,
      service: 's3',
      region,
    }).sign();
    const timeout = new AbortController();
    const timer = setTimeout(
      () => timeout.abort(new Error('no answer in time')),
      body ? UPLOAD_TIMEOUT_MS : REQUEST_TIMEOUT_MS,
    );
    const file = body === undefined ? null : createReadStream(body);
    const streamed = file && { body: Readable.toWeb(file) as ReadableStream, duplex: 'half' as const };
    try {
      return await fetch(url, { method, headers: signed, signal: timeout.signal, ...streamed });
    } finally {
      clearTimeout(timer);
      // A stream that was not read to its end stays open otherwise.
      file?.destroy();
    }
  }

  #toKey(path: string): string {
    return [this.#bucket.prefix, path].filter(Boolean).join('/');
  }
}

/** A lease that cannot be released expires. */
function releaseQuietly(lease: ContentLease): void {
  try {
    lease.release();
  } catch {
    // The work under the lease is done, so its caller need not fail.
  }
}

function unavailable(cause: unknown): ApiError {
  return new ApiError('INTERNAL_ERROR', { http: 503, cause });
}
