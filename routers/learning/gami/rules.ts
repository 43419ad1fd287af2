import type { StoredEvent } from '../../core/events/types.ts';

export const RARITIES = ['common', 'rare', 'epic', 'legendary'] as const;

/** What is counted of a user, besides XP: badges wait for it. */
export const COUNTERS = [
  'logins',
  'commits',
  'quizzes',
  'perfect_quizzes',
  'code_generations',
  'scans',
  'dangerous_links',
  'longest_streak',
] as const;
export type Counter = (typeof COUNTERS)[number];

export interface Rule {
  xp: number;
  /**
   * The most XP it brings on one day of the user's. A sum, not a number of events: so the order in which events are
   * told does not matter, whatever each of them brings.
   */
  xp_per_day?: number;
  /** what it adds one to */
  counts?: Counter;
}

/** What each thing brings. Points are a tenth of XP (see `pointsOf`). */
export const RULES = {
  first_login: { xp: 0, counts: 'logins' },
  daily_activity: { xp: 20 },
  first_commit: { xp: 100 },
  commit: { xp: 20, xp_per_day: 200, counts: 'commits' },
  quiz_finished: { xp: 10, xp_per_day: 1200, counts: 'quizzes' },
  perfect_quiz: { xp: 0, counts: 'perfect_quizzes' },
  code_generation: { xp: 30, xp_per_day: 600, counts: 'code_generations' },
  dangerous_link_found: { xp: 0, counts: 'dangerous_links' },
  dangerous_link_reported: { xp: 10, xp_per_day: 50 },
  task_completed: { xp: 20, xp_per_day: 200 },
  badge: { xp: 200 },
} as const satisfies Record<string, Rule>;
export type RuleName = keyof typeof RULES;

const XP_PER_RIGHT_ANSWER = 5;
const XP_PER_QUIZ = 60;
const XP_PER_POINT = 10;

/** Something that may earn, once: the rule, and what makes it the same thing when it is told again. */
export interface Earning {
  rule: RuleName;
  /** nothing: once in the life of an account */
  same?: string | number;
  /** what it brings, where the rule alone does not say */
  xp?: number;
  detail?: Record<string, unknown>;
}

/** What an event earns. An event that earns nothing still makes its day a day of activity. */
export function listEarnings(event: StoredEvent): Earning[] {
  switch (event.type) {
    case 'user.logged_in':
      return [{ rule: 'first_login' }];
    case 'commit.stored':
      return ofCommit(event.payload);
    case 'job.completed':
      return event.payload.job_type === 'code_generation' ? ofCodeGeneration(event.payload) : [];
    case 'quiz.finished':
      return ofQuiz(event.payload);
    case 'scan.dangerous':
      return [{ rule: 'dangerous_link_found', detail: { host: event.payload.host } }];
    case 'scan.reported':
      return event.payload.verdict === 'dangerous' ? ofReport(event.payload) : [];
    case 'task.completed': {
      const { task_id, title } = event.payload;
      return [{ rule: 'task_completed', same: task_id, detail: { task_id, title } }];
    }
    default:
      return [];
  }
}

/** A shortened hash is the same commit as the whole one: 7 digits are the fewest that name one. */
export function ofCommit(commit: { commit_hash: string; project_id?: number | undefined }): Earning[] {
  const detail = { commit_hash: commit.commit_hash, project_id: commit.project_id };
  return [
    { rule: 'commit', same: commit.commit_hash.slice(0, 7), detail },
    { rule: 'first_commit', detail },
  ];
}

export function ofQuiz(quiz: {
  session_id: number;
  correct: number;
  total: number;
  pool_title?: { ko: string; en: string };
}): Earning[] {
  const { session_id, correct, total, pool_title } = quiz;
  const xp = Math.min(RULES.quiz_finished.xp + XP_PER_RIGHT_ANSWER * correct, XP_PER_QUIZ);
  const detail = { session_id, correct, total, pool_title };
  const finished: Earning = { rule: 'quiz_finished', same: session_id, xp, detail };
  return total > 0 && correct === total ? [finished, { rule: 'perfect_quiz', detail }] : [finished];
}

export function ofCodeGeneration({ job_id }: { job_id: number }): Earning[] {
  return [{ rule: 'code_generation', same: job_id, detail: { job_id } }];
}

export function ofReport({ url_hash }: { url_hash: string }): Earning[] {
  return [{ rule: 'dangerous_link_reported', same: url_hash, detail: { url_hash } }];
}

/** What makes it the same event in a user's ledger. */
export function toEarningKey({ rule, same }: Pick<Earning, 'rule' | 'same'>): string {
  return same === undefined ? rule : `${rule}:${same}`;
}

/** The points that so much XP has brought in all. Rounded once, so a tenth of XP is never lost bit by bit. */
export function toPoints(xp: number): number {
  return Math.floor(xp / XP_PER_POINT);
}

/** The XP in all that a level needs: 0, 100, 300, 600 … */
export function xpOfLevel(level: number): number {
  return 50 * level * (level - 1);
}

/** The level of so much XP: the greatest n with 50·n·(n−1) ≤ XP. */
export function toLevel(xp: number): number {
  return Math.floor((50 + Math.sqrt(2500 + 200 * xp)) / 100);
}
