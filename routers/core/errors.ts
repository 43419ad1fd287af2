import { TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY, TRPC_ERROR_CODE_NUMBER } from '@trpc/server/rpc';

import type { Language } from '../../ml/text/language.ts';

interface ErrorKind {
  http: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 416 | 429 | 500 | 503;
  ko: string;
  en: string;
  /** seconds after which trying again may help */
  retry_after?: number;
}

/** Every error that a client can get: its HTTP status and its message. `{name}` takes a parameter. */
export const ERRORS = {
  INVALID_INPUT: { http: 400, ko: '입력값이 올바르지 않습니다', en: 'The input is not valid' },
  SEVERAL_LINKS: {
    http: 400,
    ko: '링크가 둘 이상 있습니다. 하나씩 보내거나, 글 전체는 POST /scan/message로 검사해주세요.',
    en: 'There is more than one link. Send one, or scan the whole text with POST /scan/message.',
  },
  INVALID_URL: {
    http: 400,
    ko: '검사할 수 있는 URL이 아닙니다. http 또는 https 주소인지 확인해주세요.',
    en: 'This is not a URL that can be scanned. Check that it is an http or https address.',
  },
  EMPTY_MESSAGE: { http: 400, ko: '메시지가 비어 있습니다', en: 'The message is empty' },
  AUTH_FAILED: {
    http: 401,
    ko: '이메일 또는 비밀번호가 틀렸습니다',
    en: 'The e-mail or the password is wrong',
  },
  AUTH_REQUIRED: { http: 401, ko: '로그인이 필요합니다', en: 'You need to log in' },
  SESSION_EXPIRED: {
    http: 401,
    ko: '세션이 만료되었습니다. 다시 로그인해주세요.',
    en: 'The session has ended. Log in again.',
  },
  TOKEN_REUSED: {
    http: 401,
    ko: '이미 사용된 갱신 토큰입니다. 보안을 위해 이 로그인의 모든 토큰을 폐기했습니다.',
    en: 'This refresh token was used before. Every token of this login has been revoked.',
  },
  DEVICE_CODE_INVALID: {
    http: 401,
    ko: '기기 코드가 없거나 사용되었거나 만료되었습니다',
    en: 'The device code is unknown, spent or expired',
  },
  AUTHORIZATION_PENDING: {
    http: 400,
    ko: '아직 승인되지 않았습니다',
    en: 'Nobody has approved this device yet',
  },
  SLOW_DOWN: {
    http: 400,
    ko: '너무 자주 물었습니다. 간격을 5초 늘려주세요.',
    en: 'This was asked too soon. Wait 5 seconds longer between two questions.',
  },
  SIGNATURE_INVALID: { http: 401, ko: '서명이 올바르지 않습니다', en: 'The signature is not valid' },
  FORBIDDEN: { http: 403, ko: '허용되지 않은 요청입니다', en: 'You are not allowed to do this' },
  PASSWORD_REQUIRED: {
    http: 403,
    ko: '계정의 주인인지 확인해야 합니다. 현재 비밀번호를 함께 보내주세요.',
    en: 'Prove that the account is yours: send its password too.',
  },
  NOT_FOUND: { http: 404, ko: '찾을 수 없습니다', en: 'Not found' },
  METHOD_NOT_ALLOWED: {
    http: 405,
    ko: '이 주소에서는 쓸 수 없는 메서드입니다',
    en: 'This path does not take that method',
  },
  CONFLICT: {
    http: 409,
    ko: '지금 상태와 맞지 않는 요청입니다',
    en: 'The request conflicts with what is there',
  },
  EMAIL_TAKEN: { http: 409, ko: '이미 사용 중인 이메일입니다', en: 'This e-mail is taken' },
  USERNAME_TAKEN: { http: 409, ko: '이미 사용 중인 사용자 이름입니다', en: 'This username is taken' },
  JOB_NOT_YOURS: { http: 409, ko: '다른 에이전트가 맡은 작업입니다', en: 'Another agent holds this job' },
  JOB_STATE: {
    http: 409,
    ko: '작업의 상태({status})에서는 할 수 없습니다',
    en: 'The job is {status}; this cannot be done to it',
  },
  ALREADY_ANSWERED: { http: 409, ko: '이미 답한 문제입니다', en: 'This question has been answered' },
  QUIZ_TIME_OVER: { http: 409, ko: '제한 시간이 지났습니다', en: 'The time of this quiz is over' },
  QUIZ_FINISHED: { http: 409, ko: '이미 끝난 퀴즈입니다', en: 'This quiz is finished' },
  INSUFFICIENT_POINTS: { http: 409, ko: '포인트가 부족합니다', en: 'There are not enough points' },
  OUT_OF_STOCK: { http: 409, ko: '재고가 없습니다', en: 'This is out of stock' },
  PAYLOAD_TOO_LARGE: {
    http: 413,
    ko: '요청이 너무 큽니다 (최대 {limit} 바이트)',
    en: 'The request is too large (at most {limit} bytes)',
  },
  TOO_EXPENSIVE: {
    http: 400,
    ko: '처리하는 데 시간이나 메모리가 너무 많이 드는 내용입니다. 나누어 보내주세요.',
    en: 'This takes too much time or memory to process. Send it in smaller parts.',
  },
  ANSWER_TOO_LARGE: {
    http: 413,
    ko: '응답이 너무 큽니다 (최대 {limit} 바이트). 한 번에 더 적게 요청해주세요.',
    en: 'The answer would be too large (at most {limit} bytes). Ask for less at once.',
  },
  PICTURE_TOO_LARGE: {
    http: 413,
    ko: '사진이 너무 크거나 읽는 데 너무 오래 걸립니다. 코드가 있는 부분만 잘라서 보내주세요 (최대 2천만 화소).',
    en: 'The picture is too large, or takes too long to read. Send only the part with the code (at most 20 megapixels).',
  },
  PICTURE_DAMAGED: {
    http: 415,
    ko: '파일이 손상되었거나 암호로 잠겨 있습니다. 다시 저장하거나 다시 찍어서 보내주세요.',
    en: 'The file is damaged, or locked with a password. Save it or take the picture again.',
  },
  HEIC_UNSUPPORTED: {
    http: 415,
    ko: 'HEIC 사진은 읽을 수 없습니다. JPEG나 PNG로 저장하거나 화면을 캡처해서 보내주세요. 아이폰은 설정 > 카메라 > 포맷 > 높은 호환성에서 JPEG로 바뀝니다.',
    en: 'HEIC pictures cannot be read. Save it as JPEG or PNG, or send a screenshot. iPhones take JPEG with Settings > Camera > Formats > Most Compatible.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    http: 415,
    ko: '지원하지 않는 형식입니다 ({expected} 형식으로 보내주세요)',
    en: 'This media type is not supported (send {expected})',
  },
  RATE_LIMIT_EXCEEDED: {
    http: 429,
    ko: '요청 제한을 초과했습니다. 잠시 후 다시 시도해주세요.',
    en: 'Too many requests. Try again later.',
  },
  MODEL_ERROR: {
    http: 500,
    ko: 'AI 모델 오류가 발생했습니다. 관리자에게 문의해주세요.',
    en: 'The AI model failed. Tell the administrator.',
  },
  DB_ERROR: {
    http: 500,
    ko: '데이터베이스 오류가 발생했습니다. 잠시 후 다시 시도해주세요.',
    en: 'The database failed. Try again later.',
  },
  INTERNAL_ERROR: {
    http: 500,
    ko: '서버 오류가 발생했습니다. 잠시 후 다시 시도해주세요.',
    en: 'Something went wrong on the server. Try again later.',
  },
  SERVER_BUSY: {
    http: 503,
    ko: '처리를 기다리는 요청이 너무 많습니다. 잠시 후 다시 시도해주세요.',
    en: 'Too many requests are waiting to be processed. Try again in a moment.',
    retry_after: 5,
  },
  DB_BUSY: {
    http: 503,
    ko: '데이터베이스가 다른 작업으로 잠겨 있습니다. 잠시 후 다시 시도해주세요.',
    en: 'The database is locked by other work. Try again in a moment.',
    retry_after: 5,
  },
  STORAGE_FULL: {
    http: 503,
    ko: '서버의 저장 공간이 가득 차서 저장하지 못했습니다. 관리자에게 문의해주세요.',
    en: 'The server has no space left, so nothing was stored. Tell the administrator.',
    retry_after: 60,
  },
  STORAGE_READ_ONLY: {
    http: 503,
    ko: '서버의 저장소가 읽기 전용이라 저장하지 못했습니다. 관리자에게 문의해주세요.',
    en: "The server's storage cannot be written to, so nothing was stored. Tell the administrator.",
    retry_after: 60,
  },
  SCANNER_BUSY: {
    http: 503,
    ko: '읽고 있는 사진이 많습니다. 잠시 후 다시 시도해주세요.',
    en: 'Many pictures are being read. Try again in a moment.',
    retry_after: 5,
  },
  LLM_UNAVAILABLE: {
    http: 503,
    ko: '언어 모델을 사용할 수 없습니다',
    en: 'No language model is available',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

const TRPC_CODES: Record<ErrorKind['http'], TRPC_ERROR_CODE_KEY> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  416: 'BAD_REQUEST',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
};

export interface Issue {
  /** dotted path of the field, empty for the input as a whole */
  path: string;
  message: string;
}

/** What tRPC clients find in the `data` of an error: REST's envelope, but for what they have anyway. */
export interface ErrorData {
  code: ErrorCode;
  httpStatus: number;
  /** the procedure */
  path: string | null;
  /** ISO 8601, UTC */
  timestamp: string;
  request_id: string | null;
  issues: Issue[] | null;
  /** seconds to wait */
  retry_after: number | null;
}

/** An error as tRPC sends it. It has a name so that the client's declarations say it once. */
export interface ErrorShape {
  code: TRPC_ERROR_CODE_NUMBER;
  message: string;
  data: ErrorData;
}

/** How OAuth calls an error (RFC 6749, 5.2, and RFC 8628, 3.5). */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_grant'
  | 'unsupported_grant_type'
  | 'authorization_pending'
  | 'slow_down'
  | 'access_denied'
  | 'expired_token'
  | 'server_error';

export interface ErrorDetails {
  /** the values of each `{name}` in the message */
  params?: Record<string, string | number>;
  /** what is wrong with which field, in both languages */
  issues?: { path: string; ko: string; en: string }[];
  /** seconds */
  retry_after?: number;
  /** an HTTP status other than the code's own, where the contract asks for one */
  http?: ErrorKind['http'];
  /** what operations that keep to OAuth call it besides; see `RestMeta.oauth` */
  oauth?: OAuthError;
  /** for the log alone */
  cause?: unknown;
}

/** The error that every verb throws: `throw new ApiError('NOT_FOUND')`. `toMessage` makes its message in a language. */
export class ApiError extends TRPCError {
  readonly reason: ErrorCode;
  readonly details: ErrorDetails;

  constructor(reason: ErrorCode, details: ErrorDetails = {}) {
    super({
      code: TRPC_CODES[details.http ?? ERRORS[reason].http],
      message: fill(ERRORS[reason].en, details.params),
      cause: details.cause,
    });
    this.reason = reason;
    this.details = details;
  }

  get retry_after(): number | undefined {
    return this.details.retry_after ?? (ERRORS[this.reason] as ErrorKind).retry_after;
  }

  get http(): number {
    return this.details.http ?? ERRORS[this.reason].http;
  }

  toMessage(language: Language): string {
    return fill(ERRORS[this.reason][language], this.details.params);
  }

  issues(language: Language): Issue[] | undefined {
    return this.details.issues?.map((issue) => ({ path: issue.path, message: issue[language] }));
  }
}

/** Puts parameters in the place of each `{name}`; a name without a parameter stays as it is. */
export function fill(template: string, params: Record<string, unknown> = {}): string {
  return template.replace(/\{(\w+)\}/g, (match, name: string) =>
    params[name] === undefined ? match : String(params[name]),
  );
}

/** INVALID_INPUT for one field: `throw invalid('ends_at', '시작보다 뒤여야 합니다', 'This must be after its start')`. */
export function invalid(path: string, ko: string, en: string): ApiError {
  return new ApiError('INVALID_INPUT', { issues: [{ path, ko, en }] });
}
