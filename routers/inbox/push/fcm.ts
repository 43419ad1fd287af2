import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose/jwt/sign';
import type { Clock } from '../../core/context.ts';
import type { PushMessage, PushOutcome, PushSender } from '../../core/push-senders.ts';
import { type AccessToken, CachedAccessToken } from './access-token.ts';
import { PUSH_TIMEOUT_MS, parseRetryAfter, toPushData, toPushTag } from './sender.ts';

/** The fields of a service account's JSON file that are needed to authenticate as it. */
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
  /** the origin of the API */
  url: string;
  clock: Clock;
  /** how long a response may take, milliseconds */
  timeout_ms?: number;
}

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const ASSERTION_TTL_SECONDS = 3600;
const TOKEN_EXPIRY_MARGIN_MS = 60_000;
/** Google's backoff for a 429 without `Retry-After`. */
const QUOTA_BACKOFF_MS = 60_000;

interface FcmError {
  status?: string;
  message?: string;
  details?: { errorCode?: string; fieldViolations?: { field?: string }[] }[];
}
interface FcmResponse {
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
    this.#token = new CachedAccessToken(clock, () => fetchAccessToken(options, key));
  }

  async send(message: PushMessage): Promise<PushOutcome> {
    const token = await this.#token.get();
    const response = await this.#post(message, token);
    // The token may have been revoked early, so a new one is tried at once.
    if (response.status === 401) return toFcmOutcome(await this.#post(message, await this.#token.get(token)));
    return toFcmOutcome(response);
  }

  async #post(message: PushMessage, token: string): Promise<FcmResponse> {
    const { clock, timeout_ms: answer_ms = PUSH_TIMEOUT_MS } = this.#options;
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ message: toFcmMessage(message, clock.now()) }),
      signal: AbortSignal.timeout(answer_ms),
    });
    const body = (await response.json().catch(() => null)) as { error?: FcmError } | null;
    const retry_after = parseRetryAfter(response.headers.get('retry-after'), clock.now());
    return { status: response.status, error: body?.error ?? {}, retry_after };
  }
}

/** Exchanges an assertion signed by the service account for an access token (developers.google.com/identity/protocols/oauth2/service-account). */
async function fetchAccessToken(
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
    .setExpirationTime(now + ASSERTION_TTL_SECONDS)
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
  const ttl = (body.expires_in ?? ASSERTION_TTL_SECONDS) * 1000;
  return { value: body.access_token, expires_at: clock.now() + ttl - TOKEN_EXPIRY_MARGIN_MS };
}

function toFcmMessage(message: PushMessage, now: number) {
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
function toFcmOutcome({ status, error, retry_after }: FcmResponse): PushOutcome {
  if (status === 200) return { outcome: 'sent' };
  const code = error.details?.find(({ errorCode }) => errorCode)?.errorCode ?? error.status ?? '';
  const reason = `FCM ${status} ${code}`;
  if (code === 'UNREGISTERED') return { outcome: 'unregistered' };
  // The server's account may be the wrong one, so the device stays registered.
  if (code === 'SENDER_ID_MISMATCH') return { outcome: 'rejected', reason };
  if (status === 400)
    return isTokenInvalid(error) ? { outcome: 'unregistered' } : { outcome: 'rejected', reason };
  const wait_ms = status === 429 && !retry_after ? QUOTA_BACKOFF_MS : undefined;
  return { outcome: 'retry', reason, wait_ms, pause_ms: retry_after };
}

/** FCM reports INVALID_ARGUMENT for malformed tokens and for any other fault of a message. */
function isTokenInvalid({ message, details = [] }: FcmError): boolean {
  const fields = details.flatMap(({ fieldViolations = [] }) => fieldViolations.map(({ field }) => field));
  return fields.length > 0 ? fields.includes('message.token') : /registration token/i.test(message ?? '');
}
