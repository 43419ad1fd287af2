import { transact } from '../../db/index.ts';
import type { Deps } from '../../routers/core/context.ts';
import {
  addStored,
  type Charge,
  readStored,
  type Spending,
  toLastWindowEnd,
  toWindowEnd,
} from './rate-windows.ts';

/** What was counted is written this often: what another process, or this one after a restart, may miss. */
const WRITE_INTERVAL_MS = 1000;
/** When there are as many, they are written, and read again when they are needed. */
const MAX_WINDOWS = 10_000;

interface Window {
  ends_at: number;
  /** by every process, as far as this one knows */
  spent: number;
  /** by this process, and not written yet */
  unwritten: number;
  charge: Charge;
}

/**
 * Windows of rates that count reads too. They are kept in memory and written a second later, with what the other
 * processes have counted meanwhile, so that a read writes nothing and waits for no lock.
 */
export class WindowsInMemory {
  readonly #deps: Pick<Deps, 'db' | 'clock'>;
  readonly #windows = new Map<string, Window>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: Pick<Deps, 'db' | 'clock'>) {
    this.#deps = deps;
  }

  spend(charge: Charge): Spending {
    const { key, cost, limit } = charge;
    const window = this.#open(charge);
    const isUnused = window.spent === 0;
    if (!isUnused && window.spent + cost > limit) {
      return { taken: false, left: Math.max(0, limit - window.spent), limit, ends_at: window.ends_at };
    }
    if (isUnused) window.ends_at = toWindowEnd(charge);
    this.#add(key, window, cost);
    return { taken: true, left: Math.max(0, limit - window.spent), limit, ends_at: window.ends_at };
  }

  refund({ key, cost }: Charge): void {
    const window = this.#windows.get(key);
    if (window) this.#add(key, window, -Math.min(cost, window.spent));
  }

  #open(charge: Charge): Window {
    const { key } = charge;
    const known = this.#windows.get(key);
    if (known && isOpen(known.ends_at, charge)) return known;
    if (this.#windows.size >= MAX_WINDOWS) this.#forgetAll();
    const stored = readStored(this.#deps.db, key);
    const window: Window =
      stored && isOpen(stored.window_ends_at, charge)
        ? { ends_at: stored.window_ends_at, spent: stored.spent, unwritten: 0, charge }
        : { ends_at: toWindowEnd(charge), spent: 0, unwritten: 0, charge };
    this.#windows.set(key, window);
    return window;
  }

  #forgetAll(): void {
    this.#write();
    this.#windows.clear();
    this.#changed.clear();
  }

  #add(key: string, window: Window, cost: number): void {
    window.spent += cost;
    window.unwritten += cost;
    this.#changed.add(key);
    this.#timer ??= setTimeout(() => this.#write(), WRITE_INTERVAL_MS).unref();
  }

  /** What cannot be written, on a full disk say, is counted in memory all the same. */
  #write(): void {
    this.#timer = null;
    const { db, clock } = this.#deps;
    const now = clock.now();
    const due = [...this.#changed].flatMap((key) => {
      const window = this.#windows.get(key);
      return window && window.unwritten > 0 && window.ends_at > now ? [window] : [];
    });
    this.#changed.clear();
    if (!db.$client.open) return;
    try {
      const totals = transact(db, () =>
        due.map((window) => addStored(db, toWritten(window, now), window.ends_at)),
      );
      due.forEach((window, at) => {
        window.spent = totals[at] ?? window.spent;
        window.unwritten = 0;
      });
    } catch {
      for (const { charge } of due) this.#changed.add(charge.key);
    }
  }
}

function toWritten({ charge, unwritten }: Window, now: number): Charge {
  return { ...charge, cost: unwritten, now };
}

/** Its end is to come, and no further ahead than that of any window: the clock may have been set back. */
function isOpen(ends_at: number, charge: Charge): boolean {
  return ends_at > charge.now && ends_at <= toLastWindowEnd(charge);
}
