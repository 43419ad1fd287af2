import { createPrivateKey } from 'node:crypto';
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from 'node:http2';
import { SignJWT } from 'jose/jwt/sign';
import type { Clock, Random } from '../../core/context.ts';
import type { PushMessage, PushOutcome, PushSender } from '../../core/push-senders.ts';
import { CachedAccessToken } from './access-token.ts';
import { PUSH_TIMEOUT_MS, parseRetryAfter, toPushData, toPushTag } from './sender.ts';

export interface ApnsOptions {
  /** a P-256 key as PEM, PKCS #8: the contents of Apple's .p8 file */
  key: string;
  key_id: string;
  team_id: string;
  /** the app's bundle id */
  topic: string;
  url: string;
  clock: Clock;
  random: Random;
  /** how long a response may take, milliseconds */
  timeout_ms?: number;
}

/** Apple requires a renewal after 20 to 60 minutes. */
const PROVIDER_TOKEN_TTL_MS = 45 * 60_000;
/** An idle connection may have been dropped on the way without notice. */
const CONNECTION_IDLE_TIMEOUT_MS = 5 * 60_000;

interface ApnsResponse {
  status: number;
  reason: string;
  /** of a 410: since when the device is unregistered, Unix milliseconds */
  timestamp: number | undefined;
  retry_after: number | undefined;
}

/** Apple Push Notification service (developer.apple.com: Sending notification requests to APNs), over one connection. */
export class ApnsSender implements PushSender {
  readonly #options: ApnsOptions;
  readonly #token: CachedAccessToken;
  #session: ClientHttp2Session | null = null;

  constructor(options: ApnsOptions) {
    const { clock, key_id, team_id } = options;
    const key = createPrivateKey(options.key);
    this.#options = options;
    this.#token = new CachedAccessToken(clock, async () => {
      const value = await new SignJWT()
        .setProtectedHeader({ alg: 'ES256', kid: key_id })
        .setIssuer(team_id)
        .setIssuedAt(Math.floor(clock.now() / 1000))
        .sign(key);
      return { value, expires_at: clock.now() + PROVIDER_TOKEN_TTL_MS };
    });
  }

  async send(message: PushMessage): Promise<PushOutcome> {
    const token = await this.#token.get();
    const response = await this.#post(message, token);
    if (response.status === 403 && response.reason === 'ExpiredProviderToken') {
      return toApnsOutcome(await this.#post(message, await this.#token.get(token)));
    }
    return toApnsOutcome(response);
  }

  close(): void {
    this.#session?.destroy();
    this.#session = null;
  }

  async #post(message: PushMessage, token: string): Promise<ApnsResponse> {
    const { topic, random, clock, timeout_ms: answer_ms = PUSH_TIMEOUT_MS } = this.#options;
    const headers = {
      ':method': 'POST',
      ':path': `/3/device/${encodeURIComponent(message.device_token)}`,
      authorization: `bearer ${token}`,
      'apns-topic': topic,
      'apns-push-type': 'alert',
      'apns-priority': '10',
      'apns-expiration': String(Math.floor(message.expires_at / 1000)),
      'apns-collapse-id': toPushTag(message),
      'apns-id': random.uuid(),
    };
    const { title, body } = message;
    const sent = JSON.stringify({
      aps: { alert: { title, body }, sound: 'default' },
      ...toPushData(message),
    });
    const attempt = () => sendRequest(this.#connect(), headers, sent, { clock, answer_ms });
    const response = (await attempt()) ?? (await attempt());
    if (!response) throw new Error('APNs accepts no requests');
    return response;
  }

  /** The open connection, or a new one when either side has closed it. */
  #connect(): ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const session = connect(this.#options.url);
    const onEnd = () => {
      if (this.#session === session) this.#session = null;
    };
    // Errors of the connection also fail its requests, which report them.
    session.on('error', onEnd).on('goaway', onEnd).on('close', onEnd);
    session.setTimeout(CONNECTION_IDLE_TIMEOUT_MS, () => session.close());
    this.#session = session;
    return session;
  }
}

/**
 * Sends one request. Null when the server refused the stream unprocessed, because it was closing the connection
 * (RFC 9113, 8.7). After a timeout the connection takes no more requests.
 */
function sendRequest(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: string,
  { clock, answer_ms }: { clock: Clock; answer_ms: number },
): Promise<ApnsResponse | null> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let status = 0;
    let text = '';
    let retry_after: number | undefined;
    let failure = new Error('APNs ended the request without an answer');
    stream.setEncoding('utf8');
    stream.setTimeout(answer_ms, () => {
      session.close();
      stream.destroy(new Error('APNs does not answer'));
    });
    stream.on('response', (response) => {
      status = Number(response[':status']);
      retry_after = parseRetryAfter(response['retry-after'] as string | undefined, clock.now());
    });
    stream.on('data', (chunk: string) => {
      text += chunk;
    });
    stream.on('error', (err) => {
      failure = err;
    });
    stream.on('close', () => {
      if (status > 0) resolve({ status, retry_after, ...parseBody(text) });
      else if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) resolve(null);
      else reject(failure);
    });
    stream.end(body);
  });
}

function parseBody(text: string): Pick<ApnsResponse, 'reason' | 'timestamp'> {
  try {
    const { reason, timestamp } = JSON.parse(text) as { reason?: unknown; timestamp?: unknown };
    return { reason: String(reason ?? ''), timestamp: typeof timestamp === 'number' ? timestamp : undefined };
  } catch {
    return { reason: '', timestamp: undefined };
  }
}

/** developer.apple.com: Handling notification responses from APNs */
function toApnsOutcome({ status, reason: code, timestamp, retry_after }: ApnsResponse): PushOutcome {
  if (status === 200) return { outcome: 'sent' };
  const reason = `APNs ${status} ${code}`;
  if (status === 410) return { outcome: 'unregistered', since: timestamp };
  if (code === 'BadDeviceToken') return { outcome: 'unregistered' };
  // A 403 is about the server's key, and passes once that is corrected.
  const isTemporary = status === 403 || status === 429 || status >= 500;
  return isTemporary ? { outcome: 'retry', reason, pause_ms: retry_after } : { outcome: 'rejected', reason };
}
