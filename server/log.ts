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
  return destination ? pino(options, destination) : pino(options);
}
