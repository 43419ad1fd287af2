import { type DestinationStream, type Logger, pino } from 'pino';

/** What could be a secret or personal. */
const SECRET = new Set([
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
  'email',
  'headers',
  'body',
]);

/**
 * The product's log: one JSON object a line. What could be a secret or personal is taken out by name as a last guard;
 * the rule is not to log it in the first place.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }), log: withoutSecrets },
    serializers: { err: serializeError },
  };
  // A write for each line costs as much as a query; one for more lines than this makes each line look through all that
  // wait with it. What waits is written at the exit, too.
  const buffered = () => pino.destination({ sync: false, minLength: 4096, periodicFlush: 250 });
  return pino(options, destination ?? buffered());
}

/** pino's own redaction works its paths out anew for every line, which takes as long as writing it. */
function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(fields).some((name) => isSecret(name, fields[name]))
    ? Object.fromEntries(Object.entries(fields).filter(([name, value]) => !isSecret(name, value)))
    : fields;
}

/** By its own name, or by one that stands in it. An error is told by its serializer. */
function isSecret(name: string, value: unknown): boolean {
  if (SECRET.has(name)) return true;
  if (typeof value !== 'object' || value === null || value instanceof Error) return false;
  return Object.keys(value).some((inner) => SECRET.has(inner));
}

interface LoggedError {
  type: string;
  message: string;
  code?: unknown;
  stack?: string;
  cause?: LoggedError;
}

/**
 * Of an error only what is named here: pino's own serializer logs every property, and Drizzle adds the values of a
 * failed query as properties and puts them into its message.
 */
function serializeError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const { name, message, stack, cause } = error;
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: name,
    message: message.split('\nparams:', 1)[0] as string,
    ...('code' in error ? { code: error.code } : {}),
    ...(frames ? { stack: frames.join('\n') } : {}),
    ...(cause instanceof Error ? { cause: serializeError(cause) } : {}),
  };
}
