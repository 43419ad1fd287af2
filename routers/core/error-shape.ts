import { TRPCError } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { ZodError } from 'zod';
import type { Language } from '../../ml/text/language.ts';
import { ApiError, ERRORS, type ErrorCode, type ErrorShape, type Issue, type OAuthError } from './errors.ts';
import { findStorageError } from './storage-errors.ts';
import { localizeIssues } from './validation-issues.ts';
import { toIso } from './wire-types.ts';

/** An error as every transport describes it. */
export interface ErrorDescription {
  code: ErrorCode;
  http: number;
  message: string;
  issues?: Issue[] | undefined;
  retry_after?: number | undefined;
  oauth?: OAuthError | undefined;
}

/** Who reads an error, and when. */
export interface ErrorReader {
  language: Language;
  now: number | undefined;
  request_id: string | null;
}

/** What a client learns of an error, in its language: of errors that are no ApiError, only their kind. */
export function toErrorShape(error: unknown, language: Language, input?: unknown): ErrorDescription {
  if (error instanceof ApiError) {
    return {
      code: error.reason,
      http: error.http,
      message: error.toMessage(language),
      issues: error.issues(language),
      retry_after: error.retry_after,
      oauth: error.details.oauth,
    };
  }
  const code = toErrorCode(error);
  // The media type that tRPC itself refuses is always one that is not JSON.
  const apiError = new ApiError(code, { params: { expected: 'application/json' } });
  const { http, retry_after } = apiError;
  const description: ErrorDescription = { code, http, message: apiError.toMessage(language), retry_after };
  if (error instanceof TRPCError && error.cause instanceof ZodError && code === 'INVALID_INPUT') {
    description.issues = localizeIssues(error.cause, input, language);
  }
  return description;
}

/** An error as tRPC's clients get it. */
export function toTrpcErrorShape(
  error: TRPCError,
  reader: ErrorReader,
  path?: string,
  input?: unknown,
): ErrorShape {
  const description = toErrorShape(error, reader.language, input);
  return {
    code: TRPC_ERROR_CODES_BY_KEY[error.code],
    message: description.message,
    data: {
      code: description.code,
      httpStatus: description.http,
      path: path ?? null,
      timestamp: toIso(reader.now ?? Date.now()),
      request_id: reader.request_id,
      issues: description.issues ?? null,
      retry_after: description.retry_after ?? null,
    },
  };
}

/** The status of `toErrorShape`, without its texts. */
export function toHttpStatus(error: unknown): number {
  return error instanceof ApiError ? error.http : ERRORS[toErrorCode(error)].http;
}

const CODES: Partial<Record<TRPCError['code'], ErrorCode>> = {
  PARSE_ERROR: 'INVALID_INPUT',
  BAD_REQUEST: 'INVALID_INPUT',
  NOT_FOUND: 'NOT_FOUND',
  METHOD_NOT_SUPPORTED: 'METHOD_NOT_ALLOWED',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
};

function toErrorCode(error: unknown): ErrorCode {
  const storage = findStorageError(error);
  if (storage) return storage;
  return (error instanceof TRPCError && CODES[error.code]) || 'INTERNAL_ERROR';
}
