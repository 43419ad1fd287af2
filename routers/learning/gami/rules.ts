import type { StoredEvent } from '../../core/events/types.ts';

export const RARITIES = ['common', 'rare', 'epic', 'legendary'] as const;

/** Counters of a user besides XP, which unlock badges. */
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

export interface AwardRule {
  xp: number;
  /**
   * The most XP it brings on one day. It limits the sum and not the number of events, so the order of
   * events does not matter.
   */
  xp_per_day?: number;
  /** the counter it increments */
  counts?: Counter;
}

/** The XP of each rule. Points are a tenth of the XP that the product can verify (`toPoints`). */
export const AWARD_RULES = {
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
} as const satisfies Record<string, AwardRule>;
export type AwardRuleName = keyof typeof AWARD_RULES;

const XP_PER_RIGHT_ANSWER = 5;
const MAX_XP_PER_QUIZ = 60;
const XP_PER_POINT = 10;

/** Something that earns once: a rule and what it applies to. */
export interface AwardEarning {
  rule: AwardRuleName;
  /** identifies a repetition; without it, the rule applies once in the life of an account */
  subject?: string | number;
  /** overrides the XP of the rule */
  xp?: number;
  detail?: Record<string, unknown>;
  /**
   * whether the product knows that it happened: content that it published, a commit that a Git server has confirmed,
   * scans. All else is what somebody says, and earns no points.
   */
  is_verified?: boolean;
}

/** What an event earns. An event that earns nothing still makes its day an active day. */
export function listEarnings(event: StoredEvent): AwardEarning[] {
  switch (event.type) {
    case 'user.logged_in':
      return [{ rule: 'first_login' }];
    case 'commit.stored':
      return toCommitEarnings(event.payload);
    case 'job.completed':
      return event.payload.job_type === 'code_generation' ? toCodeGenerationEarnings(event.payload) : [];
    case 'quiz.finished':
      return toQuizEarnings(event.payload);
    case 'scan.dangerous':
      return [{ rule: 'dangerous_link_found', detail: { host: event.payload.host ?? '' } }];
    case 'scan.reported':
      return event.payload.verdict === 'dangerous' ? toLinkReportEarnings(event.payload) : [];
    case 'task.completed': {
      const { task_id, title } = event.payload;
      return [{ rule: 'task_completed', subject: task_id, detail: { task_id, title } }];
    }
    default:
      return [];
  }
}

/** The first 7 digits identify a commit, so that a shortened hash and the full one are the same commit. */
export function toCommitEarnings(commit: {
  commit_hash: string;
  project_id?: number | undefined;
  is_verified?: boolean | undefined;
}): AwardEarning[] {
  const detail = { commit_hash: commit.commit_hash, project_id: commit.project_id };
  const is_verified = commit.is_verified === true;
  return [
    { rule: 'commit', subject: commit.commit_hash.slice(0, 7), detail, is_verified },
    // Whether the first of them is a confirmed one depends on the order in which they come, and points never do.
    { rule: 'first_commit', detail },
  ];
}

export function toQuizEarnings(quiz: {
  session_id: number;
  correct: number;
  total: number;
  pool_title?: { ko: string; en: string };
  is_published?: boolean;
}): AwardEarning[] {
  const { session_id, correct, total, pool_title, is_published: is_verified = false } = quiz;
  const xp = Math.min(AWARD_RULES.quiz_finished.xp + XP_PER_RIGHT_ANSWER * correct, MAX_XP_PER_QUIZ);
  const detail = { session_id, correct, total, pool_title };
  const finished: AwardEarning = { rule: 'quiz_finished', subject: session_id, xp, detail, is_verified };
  return total > 0 && correct === total ? [finished, { rule: 'perfect_quiz', detail }] : [finished];
}

export function toCodeGenerationEarnings({ job_id }: { job_id: number }): AwardEarning[] {
  return [{ rule: 'code_generation', subject: job_id, detail: { job_id } }];
}

export function toLinkReportEarnings({ url_hash }: { url_hash: string }): AwardEarning[] {
  return [{ rule: 'dangerous_link_reported', subject: url_hash, detail: { url_hash } }];
}

/** The key of an earning, unique in a user's ledger. */
export function toEarningKey({ rule, subject }: Pick<AwardEarning, 'rule' | 'subject'>): string {
  return subject === undefined ? rule : `${rule}:${subject}`;
}

/** The points for a total of verified XP. Rounding the total once loses no points over many small earnings. */
export function toPoints(xp: number): number {
  return Math.floor(xp / XP_PER_POINT);
}

/** The total XP at which a level begins: 0, 100, 300, 600 … */
export function toLevelXp(level: number): number {
  return 50 * level * (level - 1);
}

/** The level of a total of XP: the greatest n with 50·n·(n−1) ≤ XP. */
export function toLevel(xp: number): number {
  return Math.floor((50 + Math.sqrt(2500 + 200 * xp)) / 100);
}
