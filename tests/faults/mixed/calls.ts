/** What one stretch of the run saw. */
export interface Tally {
  requests: number;
  /** connections that broke while something had been killed: meant */
  cut: number;
  /** anything else that went wrong, by kind */
  wrong: Map<string, number>;
  /** milliseconds of cached scans while nothing had been killed, and while something had */
  cached: { calm: number[]; killed: number[] };
}

export const newTally = (): Tally => ({
  requests: 0,
  cut: 0,
  wrong: new Map(),
  cached: { calm: [], killed: [] },
});

/** Thrown for a connection that broke: whether the server did it is not known. */
export class Cut extends Error {}

/** All requests of the run go through here, and are counted. */
export class Calls {
  tally = newTally();
  /** something was killed and is not back yet, or has only just come */
  killed = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  wrong(kind: string): void {
    this.tally.wrong.set(kind, (this.tally.wrong.get(kind) ?? 0) + 1);
  }

  /** One request. Throws Cut when no whole answer came; every answer that is no 2xx counts as wrong. */
  async send(
    route: string,
    init: RequestInit & { meant?: number[] } = {},
  ): Promise<{ status: number; body: Buffer }> {
    this.tally.requests++;
    const began = this.killed;
    const { meant = [], ...rest } = init;
    try {
      const answer = await fetch(this.url + route, { ...rest, signal: AbortSignal.timeout(40_000) });
      const body = Buffer.from(await answer.arrayBuffer());
      if (!answer.ok && !meant.includes(answer.status))
        this.wrong(`${answer.status} ${route.replace(/\d+/g, '#')}`);
      return { status: answer.status, body };
    } catch (error) {
      const { name, cause } = error as Error & { cause?: { code?: string } };
      if (name === 'TimeoutError') this.wrong(`no answer in 40 s ${route.replace(/\d+/g, '#')}`);
      else if (began || this.killed) this.tally.cut++;
      else this.wrong(`${cause?.code ?? name} while nothing was killed`);
      throw new Cut();
    }
  }
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
