import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { newUrl } from '../../bench/urls.ts';
import { type Calls, Cut, pause } from './calls.ts';

const KNOWN = Array.from({ length: 20 }, (_, n) => `https://known-${n}.example.com/`);
const QUESTIONS = [
  '큐싱이 뭐야?',
  'OTP를 알려달라는데 어떡해?',
  '공용 와이파이 안전해?',
  '고마워',
  '더 자세히',
];
let fresh = 0;

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Of what may or may not have happened, only how often is known. */
class Counted {
  acked = 0;
  unknown = 0;
}

/** Everything that was acknowledged to one user. */
export class Ledger {
  readonly scans = new Map<string, number>();
  readonly scanned = new Counted();
  readonly chats = new Counted();
  readonly jobs = new Set<number>();
  readonly completed = new Map<number, string>();
  /** attempts that were handed out: none to two agents */
  readonly handed = new Set<string>();
  readonly quizzes = new Map<number, { score: number; xp_earned: number }>();
  readonly files = new Map<number, string>();
  readonly told = new Set<number>();
}

/** Answers are as the document says; here nothing depends on it. */
type Json = ReturnType<JSON['parse']>;

/** One user of the product, with agents of their own, who does a bit of everything. */
export class User {
  readonly ledger = new Ledger();
  readonly name: string;
  /** All load is over: an hour's ledger takes more questions than a user has in a minute, so some are put off. */
  looks = false;
  #cookie = '';
  #project = 0;
  #pools: number[] = [];
  readonly #calls: Calls;

  constructor(calls: Calls, name: string) {
    this.#calls = calls;
    this.name = name;
  }

  get headers(): Record<string, string> {
    return { cookie: this.#cookie };
  }

  /** JSON in and out. */
  async ask(route: string, body?: object, more: { headers?: Record<string, string>; meant?: number[] } = {}) {
    const answer = await this.#calls.send(route, {
      ...more,
      method: body ? 'POST' : 'GET',
      headers: { ...this.headers, 'content-type': 'application/json', ...more.headers },
      body: body ? JSON.stringify(body) : null,
    });
    return { status: answer.status, body: JSON.parse(String(answer.body)) as Json };
  }

  /** The same until an answer comes: for what the product makes safe to repeat. */
  async insist(route: string, body?: object, more: Parameters<User['ask']>[2] = {}) {
    const meant = [...(more.meant ?? []), ...(this.looks ? [429] : [])];
    for (;;) {
      try {
        const answer = await this.ask(route, body, { ...more, meant });
        if (answer.status !== 429) return answer;
        await pause(answer.body.retry_after * 1000);
      } catch (error) {
        if (!(error instanceof Cut)) throw error;
        await pause(200);
      }
    }
  }

  async register(): Promise<void> {
    const account = { email: `${this.name}@example.com`, password: 'correct horse battery staple' };
    const answer = await fetch(`${this.#calls.url}/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    });
    if (answer.status !== 201) throw new Error(`register: ${answer.status} ${await answer.text()}`);
    this.#cookie = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] as string;
    const project = await this.insist('/git/projects/register', {
      name: this.name,
      local_path: `/${this.name}`,
    });
    this.#project = project.body.id;
    this.#pools = (await this.insist('/quiz/pools')).body.pools.map(({ id }: { id: number }) => id);
    for (const url of KNOWN) await this.#scan(url);
  }

  /** Runs until told otherwise. What is done how often. */
  load(over: AbortSignal): Promise<unknown> {
    const every = async (ms: number, work: () => Promise<void>) => {
      await pause(Math.random() * ms);
      while (!over.aborted) {
        try {
          await work();
        } catch (error) {
          if (!(error instanceof Cut)) throw error;
          await pause(100);
        }
        await pause(ms * (0.5 + Math.random()));
      }
    };
    return Promise.all([
      every(2000, () => this.#cachedScan()),
      every(9000, async () => void (await this.#scan(newUrl(++fresh)))),
      every(11_000, () => this.#chat()),
      every(4000, () => this.#queue()),
      every(16_000, () => this.#quiz()),
      every(20_000, () => this.#upload()),
      every(5000, () => this.#tell()),
      every(300, () => this.#work('a')),
      every(300, () => this.#work('b')),
    ]);
  }

  async #scan(url: string): Promise<Json> {
    const { scans, scanned } = this.ledger;
    scanned.unknown++;
    const { status, body } = await this.ask('/scan/analyze', { url });
    scanned.unknown--;
    if (status === 200) {
      scanned.acked++;
      scans.set(url, (scans.get(url) ?? 0) + 1);
    }
    return body;
  }

  async #cachedScan(): Promise<void> {
    const began = performance.now();
    const killed = this.#calls.killed;
    const { data } = await this.#scan(KNOWN[Math.floor(Math.random() * KNOWN.length)] as string);
    const ms = performance.now() - began;
    const { cached } = this.#calls.tally;
    (killed || this.#calls.killed ? cached.killed : cached.calm).push(ms);
    if (data && !data.cached) this.#calls.wrong('a known URL was not cached');
  }

  async #chat(): Promise<void> {
    const { chats } = this.ledger;
    chats.unknown++;
    const message = QUESTIONS[Math.floor(Math.random() * QUESTIONS.length)];
    const { status, body } = await this.ask('/chatbot/ask', { message });
    chats.unknown--;
    if (status === 200) chats.acked++;
    if (status === 200 && !body.data.bot_response) this.#calls.wrong('an empty answer of the chatbot');
  }

  async #queue(): Promise<void> {
    const headers = { 'idempotency-key': randomUUID() };
    const job = { job_type: 'look', payload: { n: 1 }, max_attempts: 20 };
    const { status, body } = await this.insist(`/projects/${this.#project}/jobs`, job, { headers });
    if (status === 201) this.ledger.jobs.add(body.id);
  }

  /** Until nothing is left to do: the agents that work while the load runs, and one after it. */
  async #work(agent: string, wait_seconds = 3): Promise<void> {
    const agent_id = `${this.name}-${agent}`;
    const wanted = { agent_id, max_jobs: 2, heartbeat_seconds: 5, wait_seconds };
    const { body } = await this.ask('/agent/jobs/request', wanted);
    for (const { job_id, attempt } of body.jobs ?? []) {
      if (this.ledger.handed.has(`${job_id}/${attempt}`)) this.#calls.wrong('a job was handed out twice');
      this.ledger.handed.add(`${job_id}/${attempt}`);
      const hold = { agent_id, attempt };
      const started = await this.insist(`/agent/jobs/${job_id}/start`, hold, { meant: [409] });
      if (started.status === 409) continue;
      await pause(50);
      const report = { ...hold, status: 'success', summary: `${agent_id} ${attempt}` };
      const done = await this.insist(`/agent/jobs/${job_id}/complete`, report, { meant: [409] });
      if (done.status !== 200) continue;
      if (this.ledger.completed.has(job_id)) this.#calls.wrong('a job was completed twice');
      this.ledger.completed.set(job_id, report.summary);
    }
  }

  /** What a kill left in an agent's hands comes back when its lease has run out. */
  async finishJobs(): Promise<void> {
    const until = performance.now() + 60_000;
    while (performance.now() < until) {
      await this.#work('a', 1);
      const { body } = await this.ask(`/projects/${this.#project}/jobs?limit=100&status=pending`);
      const held = await this.ask(`/projects/${this.#project}/jobs?limit=100&status=assigned`);
      const running = await this.ask(`/projects/${this.#project}/jobs?limit=100&status=running`);
      if (body.total + held.body.total + running.body.total === 0) return;
    }
    this.#calls.wrong('jobs were left undone');
  }

  async #quiz(): Promise<void> {
    const pool_id = this.#pools[Math.floor(Math.random() * this.#pools.length)];
    const { body: session } = await this.ask('/quiz/sessions', { pool_id, num_questions: 3 });
    const route = `/quiz/sessions/${session.session_id}`;
    for (const { question_id, options } of session.questions ?? []) {
      const selected_option_id = options[0].option_id;
      // An answer whose acknowledgement was lost is there: 409.
      await this.insist(`${route}/answers`, { question_id, selected_option_id }, { meant: [409] });
    }
    const { status, body } = await this.insist(`${route}/finish`, {});
    const { score, xp_earned } = body;
    if (status === 200) this.ledger.quizzes.set(session.session_id, { score, xp_earned });
  }

  async #upload(): Promise<void> {
    const bytes = randomBytes(10_000 + Math.floor(Math.random() * 200_000));
    const form = new FormData();
    form.set('file', new Blob([bytes]), 'f');
    const answer = await this.#calls.send('/files', { method: 'POST', headers: this.headers, body: form });
    if (answer.status !== 201) return;
    const { file_id, sha256: told } = JSON.parse(String(answer.body));
    this.ledger.files.set(file_id, sha256(bytes));
    if (told !== sha256(bytes)) this.#calls.wrong('an upload with another hash');
    await this.checkFile(file_id);
  }

  async checkFile(file_id: number): Promise<void> {
    const { body, status } = await this.#calls.send(`/files/${file_id}/content`, { headers: this.headers });
    if (status === 200 && sha256(body) !== this.ledger.files.get(file_id))
      this.#calls.wrong('a file with other bytes');
  }

  async #tell(): Promise<void> {
    const { status, body } = await this.ask('/events/broadcast', { event_type: 'hello', payload: {} });
    if (status === 202) this.ledger.told.add(body.event_id);
  }

  get project(): number {
    return this.#project;
  }
}
