import { type Calls, pause } from './calls.ts';
import { everyEvent, type Follower } from './stream.ts';
import type { User } from './user.ts';

/** What of a user's ledger has been found already: after a kill only what is new is looked for. */
export class Verifier {
  readonly #calls: Calls;
  readonly #user: User;
  readonly #seen = { jobs: new Set<number>(), files: new Set<number>(), quizzes: new Set<number>() };

  constructor(calls: Calls, user: User) {
    this.#calls = calls;
    this.#user = user;
  }

  /** Is everything there that was acknowledged since it was last looked? */
  async afterKill(): Promise<void> {
    const { jobs, completed, files, quizzes } = this.#user.ledger;
    for (const id of [...jobs].filter((id) => !this.#seen.jobs.has(id))) {
      await this.#job(id, completed.get(id));
      // Looked at again until it was seen completed.
      if (completed.has(id)) this.#seen.jobs.add(id);
    }
    for (const id of [...files.keys()].filter((id) => !this.#seen.files.has(id))) {
      await this.#user.checkFile(id);
      this.#seen.files.add(id);
    }
    for (const id of [...quizzes.keys()].filter((id) => !this.#seen.quizzes.has(id))) {
      await this.#quiz(id);
      this.#seen.quizzes.add(id);
    }
    await this.#counts();
  }

  /** Everything once more, when nothing runs any more. */
  async atTheEnd(follower: Follower): Promise<void> {
    for (const seen of Object.values(this.#seen)) seen.clear();
    this.#user.looks = true;
    await this.#user.finishJobs();
    await this.afterKill();
    await this.#history();
    await this.#experience();
    await this.#events(follower);
  }

  async #job(id: number, summary: string | undefined): Promise<void> {
    const { status, body } = await this.#user.insist(`/projects/${this.#user.project}/jobs/${id}`);
    if (status !== 200) this.#calls.wrong('a job is lost');
    else if (summary !== undefined && (body.status !== 'success' || body.summary !== summary))
      this.#calls.wrong('a completion is lost');
  }

  /** Asked again, a finish gives the first answer, and no second reward. */
  async #quiz(id: number): Promise<void> {
    const { body } = await this.#user.insist(`/quiz/sessions/${id}/finish`, {});
    const { score, xp_earned } = this.#user.ledger.quizzes.get(id) ?? {};
    if (body.score !== score || body.xp_earned !== xp_earned) this.#calls.wrong('a quiz has another result');
  }

  /** At least what was acknowledged, at most what was sent. Counted before and after: the load goes on. */
  async #counts(): Promise<void> {
    const { scanned, chats } = this.#user.ledger;
    const least = { scans: scanned.acked, chats: chats.acked };
    const scans = (await this.#user.insist('/history?limit=1')).body.data?.total;
    const talks = (await this.#user.insist('/chatbot/history?limit=1')).body.data?.total;
    if (!(scans >= least.scans)) this.#calls.wrong(`${least.scans - scans} scans are lost`);
    if (!(talks >= least.chats)) this.#calls.wrong(`${least.chats - talks} chats are lost`);
    if (scans > scanned.acked + scanned.unknown) this.#calls.wrong('scans are written that nobody sent');
    if (talks > chats.acked + chats.unknown) this.#calls.wrong('chats are written that nobody sent');
  }

  async #history(): Promise<void> {
    const found = new Map<string, number>();
    for (let offset = 0, total = 1; offset < total; offset += 100) {
      const { data } = (await this.#user.insist(`/history?limit=100&offset=${offset}`)).body;
      total = data.total;
      for (const { url } of data.history) found.set(url, (found.get(url) ?? 0) + 1);
    }
    for (const [url, times] of this.#user.ledger.scans)
      if ((found.get(url) ?? 0) < times) this.#calls.wrong('a scan is lost');
  }

  async #experience(): Promise<void> {
    const earned = [...this.#user.ledger.quizzes.values()].reduce((sum, { xp_earned }) => sum + xp_earned, 0);
    const { total_xp } = (await this.#user.insist('/gami/profile')).body;
    if (!(total_xp >= earned)) this.#calls.wrong('experience is lost');
  }

  /** The stream that lived through the crashes heard what a fresh one is told: the same, in the same order. */
  async #events(follower: Follower): Promise<void> {
    await pause(2000);
    const heard = [...follower.ids];
    const kept = await everyEvent(this.#calls, this.#user, follower.last);
    const known = new Set(heard);
    const missed = kept.filter((id) => !known.has(id) && id <= follower.last).length;
    if (missed > 0) this.#calls.wrong(`${missed} events were not heard`);
    if (kept.length < heard.length)
      this.#calls.wrong(`${heard.length - kept.length} events were heard and are gone`);
    for (const id of this.#user.ledger.told)
      if (!known.has(id)) this.#calls.wrong('a broadcast was not heard');
  }
}
