export const OTLP_PATH = '/v1/traces';
/** The second is where Langfuse's clients send theirs. */
export const OTLP_PATHS: readonly string[] = [OTLP_PATH, '/api/public/otel/v1/traces'];

/** Whether a path takes exports of traces: such bodies may be packed, and come with the key as a password. */
export function isOtlpPath(path: string): boolean {
  return OTLP_PATHS.includes(path.replace(/^\/api\/v1(?=\/)/, ''));
}
