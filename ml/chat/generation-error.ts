/** Why a language model's answer was replaced by the extractive one. */
export type FallbackReason =
  | 'unreachable'
  | 'model_missing'
  | 'busy'
  | 'first_token_timeout'
  | 'idle_timeout'
  | 'error'
  | 'cut'
  | 'empty'
  | 'late'
  | 'breaker'
  | 'policy'
  | 'language'
  | 'ungrounded'
  | 'uncited'
  | 'incomplete'
  | 'repetition';

export class GenerationError extends Error {
  readonly reason: FallbackReason;

  constructor(reason: FallbackReason, detail = '') {
    super(detail === '' ? reason : `${reason}: ${detail}`);
    this.reason = reason;
  }
}

export function findHttpStatus(error: unknown): number | null {
  const status = (error as { status_code?: unknown } | null)?.status_code;
  return typeof status === 'number' ? status : null;
}

export function toGenerationError(error: unknown): GenerationError {
  if (error instanceof GenerationError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const status = findHttpStatus(error);
  if (status === 404) return new GenerationError('model_missing', message);
  if (status === 503 || status === 429) return new GenerationError('busy', message);
  if (status !== null) return new GenerationError('error', message);
  if (/fetch failed|ECONNREFUSED/i.test(message)) return new GenerationError('unreachable', message);
  if (/^terminated$|other side closed|did not receive done/i.test(message))
    return new GenerationError('cut', message);
  return new GenerationError('error', message);
}
