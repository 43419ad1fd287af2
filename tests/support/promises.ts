import { ERRORS, type ErrorCode } from '../../routers/core/errors.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import type { Answer } from './app.ts';
import type { Operation } from './operations.ts';
import type { Shot } from './requests.ts';

const INSIDE = new RegExp(
  [
    'node_modules|node:internal|\\.[jt]s:\\d+|\\n +at |SQLITE_|better-sqlite|drizzle|Failed query|ZodError|TRPCError',
    '\\b(select|insert|update|delete)\\s.+\\s(from|into|set|where)\\s',
    resolveInPackage('.').replaceAll('.', '\\.'),
  ].join('|'),
  'i',
);

/** What is told of an error, whichever way it came. */
interface Told {
  http: number;
  code: string;
  message: string;
  timestamp: string;
  request_id: string;
  issues?: { path: string; message: string }[] | null;
  retry_after?: number | null;
}

/** What an answer breaks of what every answer promises; empty when it keeps all of it. */
export function problemsOf(shot: Shot, answer: Answer, operations: Map<string, Operation>): string[] {
  const problems: string[] = [];
  const { status, body, headers } = answer;
  if (!headers.get('x-request-id')) problems.push('no X-Request-Id');
  if (headers.get('x-content-type-options') !== 'nosniff') problems.push('no nosniff');
  const named = shot.names.flatMap((name) => operations.get(name) ?? []);
  const operation = named[0] as Operation;
  if (status >= 500 && !operation.told.has(status)) problems.push(`${status}: ${JSON.stringify(body)}`);
  // Documented everywhere, for machines in trouble; a test's is in none.
  const trouble = /^(DB_BUSY|STORAGE_\w+)$/.test(body?.code);
  if (status === 500 || trouble) problems.push(`500: ${JSON.stringify(body)}`);
  if (shot.face === 'rest') {
    if (status < 400) return problems;
    const own = shot.init.method === operation.method;
    if (shot.init.method !== 'HEAD') problems.push(...errorProblems(shot, restError(answer), status, named));
    const told = operation.told.get(status);
    const codes = [404, 405, 413, 415].includes(status) || isForeign(shot) ? null : told;
    if (own && codes === undefined) problems.push(`${status} ${body?.code} is not documented`);
    if (own && codes && !codes.has(body?.code)) problems.push(`${status} ${body?.code} is not documented`);
    return problems;
  }
  for (const error of nativeErrors(body)) problems.push(...errorProblems(shot, error, error.http, named));
  if (status >= 400 && nativeErrors(body).length === 0) problems.push(`${status} without an error`);
  return problems;
}

/** Refused for where a page is from, before anything is known of the operation. */
function isForeign({ init }: Shot): boolean {
  return 'origin' in init.headers;
}

function restError({ body, status }: Answer): Told | null {
  return body?.status === 'error' ? { ...body, http: status } : null;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the wire carries
function nativeErrors(body: any): Told[] {
  const lines = typeof body === 'string' ? streamed(body) : [body];
  const errors = lines.flat().flatMap((one) => (one?.error ? [one.error] : []));
  return errors.map(({ message, data }) => ({ ...data, http: data?.httpStatus, message }));
}

function streamed(text: string): { error?: never }[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

function errorProblems({ language }: Shot, told: Told | null, status: number, named: Operation[]): string[] {
  if (!told) return [`${status} in no envelope`];
  const problems: string[] = [];
  const kind = ERRORS[told.code as ErrorCode];
  if (!kind) return [`${status} with the code ${told.code}`];
  const otherwise = named.some((one) => one.told.get(told.http)?.has(told.code));
  if (kind.http !== told.http && !otherwise) problems.push(`${told.code} with ${told.http}`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(told.timestamp)) problems.push(`timestamp ${told.timestamp}`);
  if (typeof told.request_id !== 'string' || told.request_id === '') problems.push('no request_id');
  if (!sentence(kind[language]).test(told.message)) problems.push(`not in ${language}: ${told.message}`);
  for (const { path, message } of told.issues ?? []) {
    if (typeof path !== 'string') problems.push('an issue without a path');
    if (/[가-힣]/.test(message) !== (language === 'ko')) problems.push(`not in ${language}: ${message}`);
  }
  const inside = INSIDE.exec(JSON.stringify({ ...told, request_id: undefined }));
  if (inside) problems.push(`tells of its inside: ${inside[0]}`);
  return problems;
}

/** A sentence of the table, with anything in place of its parameters. */
function sentence(pattern: string): RegExp {
  const escaped = pattern.split(/\{\w+\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.+')}$`);
}
