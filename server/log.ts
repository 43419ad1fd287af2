import { type DestinationStream, type Logger, pino } from 'pino';

/**
 * The product's log: one JSON object a line. What could be a secret or personal is taken out by name as a last guard;
 * the rule is not to log it in the first place.
 */
export function makeLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: [
        'authorization',
        'cookie',
        'password',
        'token',
        'secret',
        'email',
        'headers',
        'body',
        '*.password',
      ],
      remove: true,
    },
  };
  // A write for each line costs as much as a query. What waits is written at the exit, too.
  const buffered = () => pino.destination({ sync: false, minLength: 4096, periodicFlush: 250 });
  return pino(options, destination ?? buffered());
}
