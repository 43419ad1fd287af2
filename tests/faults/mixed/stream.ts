import { type Calls, pause } from './calls.ts';
import type { User } from './user.ts';

/** Without a word for so long (pings come every 15 s), a stream counts as lost. */
const SILENCE_MS = 40_000;

/** A client that follows a user's events through every crash, as EventSource does. */
export class Follower {
  readonly ids: number[] = [];
  readonly user: User;
  resumed = 0;
  readonly #calls: Calls;

  constructor(calls: Calls, user: User) {
    this.#calls = calls;
    this.user = user;
  }

  get last(): number {
    return this.ids.at(-1) ?? 0;
  }

  async follow(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        await this.#read(over);
      } catch {
        if (!over.aborted && !this.#calls.killed)
          this.#calls.wrong('a stream broke while nothing was killed');
      }
      this.resumed++;
      await pause(300);
    }
  }

  async #read(over: AbortSignal): Promise<void> {
    const silent = new AbortController();
    const hush = () => setTimeout(() => silent.abort(), SILENCE_MS);
    let timer = hush();
    try {
      const headers = { ...this.user.headers, 'last-event-id': String(this.last) };
      const signal = AbortSignal.any([over, silent.signal]);
      const answer = await fetch(`${this.#calls.url}/events/stream`, { headers, signal });
      if (answer.status !== 200) return this.#calls.wrong(`${answer.status} /events/stream`);
      let text = '';
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        clearTimeout(timer);
        timer = hush();
        text += Buffer.from(chunk).toString();
        const whole = text.lastIndexOf('\n\n');
        if (whole < 0) continue;
        for (const [, id] of text.slice(0, whole + 2).matchAll(/^id: (\d+)$/gm)) this.#hear(Number(id));
        text = text.slice(whole + 2);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #hear(id: number): void {
    if (id <= this.last) this.#calls.wrong('an event out of order or twice');
    this.ids.push(id);
  }
}

/** All events of a user that are kept, as one fresh stream tells them; it is over when `last` was told. */
export async function everyEvent(calls: Calls, user: User, last: number): Promise<number[]> {
  const fresh = new Follower(calls, user);
  const over = new AbortController();
  const reading = fresh.follow(over.signal);
  for (const until = performance.now() + 30_000; performance.now() < until && fresh.last < last; )
    await pause(100);
  over.abort();
  await reading;
  return fresh.ids;
}
