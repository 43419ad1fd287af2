import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../../core/errors.ts';

/** The clock skew allowed between an agent and this server. */
const TOLERANCE_MS = 5 * 60_000;

export type GitHost = 'github' | 'gitea' | 'gogs' | 'bitbucket' | 'gitlab';
type HeaderReader = (name: string) => string | undefined;

/** The headers of a Git server's delivery. */
export interface GitDelivery {
  host: GitHost;
  /** `push`, `ping` …; null when the header is missing */
  event: string | null;
  /** the sender's id of the delivery; null when the header is missing */
  id: string | null;
}

interface SignatureScheme {
  host: GitHost;
  /** the header with the HMAC-SHA256 of the body in hex, after `prefix` */
  signature: string;
  prefix: string;
  event: string;
  ids: readonly string[];
  /** a header without which the signature is another server's */
  required?: string;
}

/** Gitea and Forgejo send the headers of Gogs and GitHub too, and Gogs those of GitHub, so theirs come first. */
const SCHEMES: readonly SignatureScheme[] = [
  {
    host: 'gitea',
    signature: 'x-gitea-signature',
    prefix: '',
    event: 'x-gitea-event',
    ids: ['x-gitea-delivery'],
  },
  {
    host: 'gogs',
    signature: 'x-gogs-signature',
    prefix: '',
    event: 'x-gogs-event',
    ids: ['x-gogs-delivery'],
  },
  {
    host: 'bitbucket',
    signature: 'x-hub-signature',
    prefix: 'sha256=',
    event: 'x-event-key',
    ids: ['x-request-uuid', 'x-request-id'],
    required: 'x-event-key',
  },
  {
    host: 'github',
    signature: 'x-hub-signature-256',
    prefix: 'sha256=',
    event: 'x-github-event',
    ids: ['x-github-delivery'],
  },
];

/**
 * Verifies the signature of a delivery over the raw body. GitHub, Gitea, Gogs and Bitbucket sign the body
 * (HMAC-SHA256); GitLab sends the secret itself. Throws SIGNATURE_INVALID.
 */
export function verifyDelivery(secret: string, header: HeaderReader, raw: Uint8Array): GitDelivery {
  for (const { host, signature, prefix, event, ids, required } of SCHEMES) {
    const received = header(signature);
    if (received === undefined || (required && header(required) === undefined)) continue;
    const id = ids.map(header).find((value) => value);
    return toDelivery(isEqualText(received, `${prefix}${hmac(secret, raw)}`), host, header(event), id);
  }
  const token = header('x-gitlab-token');
  const event = header('x-gitlab-event')
    ?.replace(/ Hook$/i, '')
    .toLowerCase();
  const id = header('idempotency-key') ?? header('x-gitlab-event-uuid');
  return toDelivery(token !== undefined && isEqualText(token, secret), 'gitlab', event, id);
}

function toDelivery(
  valid: boolean,
  host: GitHost,
  event: string | undefined,
  id: string | undefined,
): GitDelivery {
  if (!valid) throw new ApiError('SIGNATURE_INVALID');
  return { host, event: event?.toLowerCase() ?? null, id: id?.slice(0, 200) || null };
}

/**
 * Verifies the signature of an agent's request and returns it: HMAC-SHA256 of `<timestamp>.<raw body>`, at most five
 * minutes old. Throws SIGNATURE_INVALID.
 *
 * @param now Unix milliseconds
 */
export function verifyAgentSignature(
  secret: string,
  header: HeaderReader,
  raw: Uint8Array,
  now: number,
): string {
  const timestamp = header('x-flash-timestamp') ?? '';
  const signature = hmac(secret, Buffer.concat([Buffer.from(`${timestamp}.`), raw]));
  const valid = isEqualText(header('x-flash-signature-256') ?? '', `sha256=${signature}`);
  const isRecent = /^\d{1,12}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1000) <= TOLERANCE_MS;
  if (!valid || !isRecent) throw new ApiError('SIGNATURE_INVALID');
  return signature;
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(secret: string, bytes: Uint8Array): string {
  return createHmac('sha256', secret).update(bytes).digest('hex');
}

/** Compares hashes in constant time, so that timing reveals neither a prefix nor the length. */
function isEqualText(received: string, expected: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(received).digest(),
    createHash('sha256').update(expected).digest(),
  );
}
