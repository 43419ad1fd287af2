import type { DatabaseWatch } from '../../db/index.ts';
import type { Clock, Log } from '../../routers/core/context.ts';
import type { MetricsRegistry } from './metrics.ts';

/** A database in trouble is slow at everything: more lines than these a minute would tell nothing new. */
const LINES = 20;
const MINUTE_MS = 60_000;
const MAX_SQL_CHARS = 2000;

/** Has statements that take `ms` or more told in the log: their text, never their parameters. 0 has none measured. */
export function createSlowQueryLog(
  ms: number,
  { log, clock, metricsRegistry }: { log: Log; clock: Clock; metricsRegistry: MetricsRegistry },
): DatabaseWatch['slow'] {
  if (ms === 0) return undefined;
  let minute = 0;
  let lines = 0;
  let suppressed = 0;
  const report = (sql: string, ms: number) => {
    metricsRegistry.slowStatement();
    const now = Math.floor(clock.now() / MINUTE_MS);
    if (now !== minute) [minute, lines] = [now, 0];
    if (lines === LINES) {
      suppressed++;
      return;
    }
    lines++;
    log.warn(
      { sql: sql.slice(0, MAX_SQL_CHARS), ms: Math.round(ms), left_out: suppressed },
      'slow statement',
    );
    suppressed = 0;
  };
  return { ms, report };
}
