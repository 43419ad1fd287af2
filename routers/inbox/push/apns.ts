import { createPrivateKey } from 'node:crypto';
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from 'node:http2';
import { SignJWT } from 'jose/jwt/sign';
import type { Clock, Random } from '../../core/context.ts';
import type { PushMessage, PushOutcome, PushSender } from '../../core/push-senders.ts';
import { CachedAccessToken } from './access-token.ts';
import { PUSH_TIMEOUT_MS, retryAfterMs, toPushData, toPushTag } from './sender.ts';

export interface ApnsOptions {
  /** PEM, PKCS #8, of a P-256 key: what Apple gives as a .p8 file */
  key: string;
  key_id: string;
  team_id: string;
  /** the app's bundle id */
  topic: string;
  url: string;
  clock: Clock;
  random: Random;
  /** milliseconds that an answer may take */
  answer_ms?: number;
}

/** Apple wants it renewed after 20 minutes at the soonest and 60 at the latest. */
const TOKEN_MS = 45 * 60_000;
/** A connection that nothing went over for so long may have been dropped on the way, without a word. */
const IDLE_MS = 5 * 60_000;

interface Answer {
  status: number;
  reason: string;
  /** of a 410: since when the device is no more, in Unix milliseconds */
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
      return { value, until: clock.now() + TOKEN_MS };
    });
  }

  async send(message: PushMessage): Promise<PushOutcome> {
    const token = await this.#token.get();
    const answer = await this.#post(message, token);
    if (answer.status === 403 && answer.reason === 'ExpiredProviderToken') {
      return judge(await this.#post(message, await this.#token.get(token)));
    }
    return judge(answer);
  }

  close(): void {
    this.#session?.destroy();
    this.#session = null;
  }

  async #post(message: PushMessage, token: string): Promise<Answer> {
    const { topic, random, clock, answer_ms = PUSH_TIMEOUT_MS } = this.#options;
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
    const ask = () => exchange(this.#connected(), headers, sent, { clock, answer_ms });
    const answer = (await ask()) ?? (await ask());
    if (!answer) throw new Error('APNs takes no requests');
    return answer;
  }

  /** The connection; a new one when the last was ended, by either side. */
  #connected(): ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const session = connect(this.#options.url);
    const gone = () => {
      if (this.#session === session) this.#session = null;
    };
    // What goes wrong with it, its requests tell too.
    session.on('error', gone).on('goaway', gone).on('close', gone);
    session.setTimeout(IDLE_MS, () => session.close());
    this.#session = session;
    return session;
  }
}

/**
 * One request; null when it came too late for a connection that was being ended, and was not looked at. When no answer
 * comes in time, the connection takes no more of them.
 */
function exchange(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: string,
  { clock, answer_ms }: { clock: Clock; answer_ms: number },
): Promise<Answer | null> {
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
    stream.on('response', (answered) => {
      status = Number(answered[':status']);
      retry_after = retryAfterMs(answered['retry-after'] as string | undefined, clock.now());
    });
    stream.on('data', (chunk: string) => {
      text += chunk;
    });
    stream.on('error', (err) => {
      failure = err;
    });
    stream.on('close', () => {
      if (status > 0) resolve({ status, retry_after, ...said(text) });
      else if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) resolve(null);
      else reject(failure);
    });
    stream.end(body);
  });
}

function said(text: string): Pick<Answer, 'reason' | 'timestamp'> {
  try {
    const { reason, timestamp } = JSON.parse(text) as { reason?: unknown; timestamp?: unknown };
    return { reason: String(reason ?? ''), timestamp: typeof timestamp === 'number' ? timestamp : undefined };
  } catch {
    return { reason: '', timestamp: undefined };
  }
}

/** developer.apple.com: Handling notification responses from APNs */
function judge({ status, reason: said, timestamp, retry_after }: Answer): PushOutcome {
  if (status === 200) return { outcome: 'sent' };
  const reason = `APNs ${status} ${said}`;
  if (status === 410) return { outcome: 'dead', since: timestamp };
  if (said === 'BadDeviceToken') return { outcome: 'dead' };
  // 403 is about our key: another try does once that was put right.
  const later = status === 403 || status === 429 || status >= 500;
  return later ? { outcome: 'later', reason, pause_ms: retry_after } : { outcome: 'refused', reason };
}
