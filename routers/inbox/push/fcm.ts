import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose/jwt/sign';
import type { Clock } from '../../core/context.ts';
import type { PushMessage, PushOutcome, PushSender } from '../../core/push-senders.ts';
import { type AccessToken, CachedAccessToken } from './access-token.ts';
import { PUSH_TIMEOUT_MS, retryAfterMs, toPushData, toPushTag } from './sender.ts';

/** Of a service account's JSON file, what is needed to speak in its name. */
export interface FcmAccount {
  project_id: string;
  client_email: string;
  /** PEM, PKCS #8 */
  private_key: string;
  private_key_id?: string | undefined;
  token_uri: string;
}

export interface FcmOptions {
  account: FcmAccount;
  /** where the API is, without a path */
  url: string;
  clock: Clock;
  /** milliseconds that an answer may take */
  answer_ms?: number;
}

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const ASSERTION_SECONDS = 3600;
/** An access token is not used in its last minute. */
const EARLY_MS = 60_000;
/** What Google asks for where a 429 does not say how long. */
const QUOTA_WAIT_MS = 60_000;

interface FcmError {
  status?: string;
  message?: string;
  details?: { errorCode?: string; fieldViolations?: { field?: string }[] }[];
}
interface Answer {
  status: number;
  error: FcmError;
  retry_after: number | undefined;
}

/** Firebase Cloud Messaging, HTTP v1 (firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send). */
export class FcmSender implements PushSender {
  readonly #options: FcmOptions;
  readonly #endpoint: string;
  readonly #token: CachedAccessToken;

  constructor(options: FcmOptions) {
    const { account, url, clock } = options;
    const key = createPrivateKey(account.private_key);
    this.#options = options;
    this.#endpoint = `${url}/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`;
    this.#token = new CachedAccessToken(clock, () => accessToken(options, key));
  }

  async send(message: PushMessage): Promise<PushOutcome> {
    const token = await this.#token.get();
    const answer = await this.#post(message, token);
    // It may have been revoked before its time: one that is new is tried at once.
    if (answer.status === 401) return judge(await this.#post(message, await this.#token.get(token)));
    return judge(answer);
  }

  async #post(message: PushMessage, token: string): Promise<Answer> {
    const { clock, answer_ms = PUSH_TIMEOUT_MS } = this.#options;
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ message: asFcm(message, clock.now()) }),
      signal: AbortSignal.timeout(answer_ms),
    });
    const body = (await response.json().catch(() => null)) as { error?: FcmError } | null;
    const retry_after = retryAfterMs(response.headers.get('retry-after'), clock.now());
    return { status: response.status, error: body?.error ?? {}, retry_after };
  }
}

/** The service account signs who it is; for that Google gives a token (developers.google.com/identity/protocols/oauth2/service-account). */
async function accessToken(
  { account, clock }: FcmOptions,
  key: ReturnType<typeof createPrivateKey>,
): Promise<AccessToken> {
  const now = Math.floor(clock.now() / 1000);
  const assertion = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({
      alg: 'RS256',
      typ: 'JWT',
      ...(account.private_key_id ? { kid: account.private_key_id } : {}),
    })
    .setIssuer(account.client_email)
    .setAudience(account.token_uri)
    .setIssuedAt(now)
    .setExpirationTime(now + ASSERTION_SECONDS)
    .sign(key);
  const response = await fetch(account.token_uri, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
    signal: AbortSignal.timeout(PUSH_TIMEOUT_MS),
  });
  const body = (await response.json().catch(() => null)) as {
    access_token?: string;
    expires_in?: number;
    error?: string;
  } | null;
  if (!response.ok || !body?.access_token) {
    throw new Error(`no access token for FCM: ${response.status} ${body?.error ?? ''}`);
  }
  const lives = (body.expires_in ?? ASSERTION_SECONDS) * 1000;
  return { value: body.access_token, until: clock.now() + lives - EARLY_MS };
}

function asFcm(message: PushMessage, now: number) {
  const tag = toPushTag(message);
  const ttl = Math.max(0, Math.floor((message.expires_at - now) / 1000));
  return {
    token: message.device_token,
    notification: { title: message.title, body: message.body },
    data: toPushData(message),
    android: { priority: 'high', ttl: `${ttl}s`, notification: { tag } },
    apns: { headers: { 'apns-collapse-id': tag } },
  };
}

/** firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode */
function judge({ status, error, retry_after }: Answer): PushOutcome {
  if (status === 200) return { outcome: 'sent' };
  const code = error.details?.find(({ errorCode }) => errorCode)?.errorCode ?? error.status ?? '';
  const reason = `FCM ${status} ${code}`;
  if (code === 'UNREGISTERED') return { outcome: 'dead' };
  // Ours may be the wrong account, so the token is kept.
  if (code === 'SENDER_ID_MISMATCH') return { outcome: 'refused', reason };
  if (status === 400) return blamesToken(error) ? { outcome: 'dead' } : { outcome: 'refused', reason };
  const wait_ms = status === 429 && !retry_after ? QUOTA_WAIT_MS : undefined;
  return { outcome: 'later', reason, wait_ms, pause_ms: retry_after };
}

/** INVALID_ARGUMENT is said of a token that is none, and of anything else that is wrong with a message. */
function blamesToken({ message, details = [] }: FcmError): boolean {
  const fields = details.flatMap(({ fieldViolations = [] }) => fieldViolations.map(({ field }) => field));
  return fields.length > 0 ? fields.includes('message.token') : /registration token/i.test(message ?? '');
}
