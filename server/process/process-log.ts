import type { Logger } from 'pino';
import { createLog } from '../observability/log.ts';
import { createTextLogStream } from '../observability/text-log.ts';
import { isForPeople } from './banner.ts';
import type { Env } from './env.ts';

/** The log of a server: lines for people on a terminal, JSON elsewhere. */
export function createProcessLog(env: Env): Logger {
  return createLog(env.LOG_LEVEL, isForPeople(env) ? createTextLogStream(process.stdout) : undefined);
}

/** The log of a command: errors alone, on standard error, so that standard output holds its result alone. */
export function createCommandLog(): Logger {
  return createLog('error', createTextLogStream(process.stderr));
}
