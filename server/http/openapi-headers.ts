import type { RestMeta } from '../../routers/core/procedures.ts';

const DESCRIPTIONS = {
  'X-Request-Id': 'Names the request in the log',
  ETag: 'Names this state of the answer, for `If-None-Match`',
  'RateLimit-Limit': 'Calls that the window allows',
  'RateLimit-Remaining': 'Calls that are left in the window',
  'RateLimit-Reset': 'Seconds until the window ends',
  'Retry-After': 'Seconds after which the call may succeed',
  'Idempotency-Replayed': '`true` when this is the answer of an earlier call with the same `Idempotency-Key`',
  'Content-Range': 'Which bytes these are, and of how many',
  'Content-Disposition': 'The name of the file',
} as const;

type HeaderName = keyof typeof DESCRIPTIONS;
const RATE_LIMIT = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const;

/** The components that the headers of responses refer to. */
export function headerComponents(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([name, description]) => [
      name,
      { description, schema: { type: /^(RateLimit|Retry)-/.test(name) ? 'integer' : 'string' } },
    ]),
  );
}

/** The headers of an answer with this status, as references. */
export function responseHeaders(
  status: number,
  rest: RestMeta = {},
  { isLimited = true } = {},
): Record<string, { $ref: string }> {
  const names: HeaderName[] = ['X-Request-Id'];
  if (isLimited) names.push(...RATE_LIMIT);
  if ((rest.etag || rest.content) && status < 400) names.push('ETag');
  if (rest.idempotent && status < 300) names.push('Idempotency-Replayed');
  if (rest.content && status < 300) names.push('Content-Disposition');
  if (status === 206 || status === 416) names.push('Content-Range');
  if (status === 429 || status === 503) names.push('Retry-After');
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
