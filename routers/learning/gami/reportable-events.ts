import { z } from 'zod';
import { ApiError } from '../../core/errors.ts';
import { CommitHash } from '../../work/git/commit-schemas.ts';
import {
  type AwardEarning,
  toCodeGenerationEarnings,
  toCommitEarnings,
  toLinkReportEarnings,
  toQuizEarnings,
} from './rules.ts';

/** An event that clients may report. */
export interface ReportableEvent {
  /** its name and aliases; case, hyphens and spaces do not matter */
  names: readonly string[];
  /**
   * `user`: whoever it is about. `service`: it earned when it happened here, so what a user says of it earns nothing
   * more, and what is not on record did not happen; services are believed.
   */
  trustedSource: 'user' | 'service';
  /** What it earns; the first is what makes it the same event. Throws INVALID_INPUT for a context that does not say. */
  toEarnings(context: Record<string, unknown>): AwardEarning[];
}

const IdField = z.coerce.number().int().positive();
const CountField = z.coerce.number().int().min(0).max(1000).catch(0);
const CommitContext = z.object({ commit_hash: CommitHash, project_id: IdField.optional().catch(undefined) });
const QuizContext = z.object({ session_id: IdField, correct: CountField, total: CountField });
const JobIdContext = z.object({ job_id: IdField });
const LinkContext = z.object({ url_hash: z.string().regex(/^[0-9a-f]{64}$/) });
const TaskContext = z.object({ task_id: IdField });

const REPORTABLE: readonly ReportableEvent[] = [
  {
    names: ['first_commit_made', 'first_commit'],
    trustedSource: 'service',
    toEarnings: (context) =>
      'commit_hash' in context
        ? toCommitEarnings(parseContext(CommitContext, context)).reverse()
        : [{ rule: 'first_commit' }],
  },
  {
    names: ['commit_made', 'commit', 'commit_completed', 'commit_created', 'commit_pushed', 'git_commit'],
    trustedSource: 'service',
    toEarnings: (context) => toCommitEarnings(parseContext(CommitContext, context)),
  },
  {
    names: ['quiz_finished', 'quiz_completed', 'quiz_complete'],
    trustedSource: 'service',
    toEarnings: (context) => toQuizEarnings(parseContext(QuizContext, context)),
  },
  {
    names: ['code_generation_done', 'code_generation_completed', 'code_generation', 'code_generated'],
    trustedSource: 'service',
    toEarnings: (context) => toCodeGenerationEarnings(parseContext(JobIdContext, context)),
  },
  {
    names: ['dangerous_link_reported', 'link_reported', 'phishing_reported'],
    trustedSource: 'service',
    toEarnings: (context) => toLinkReportEarnings(parseContext(LinkContext, context)),
  },
  {
    names: ['task_completed', 'task_done'],
    trustedSource: 'service',
    toEarnings: (context) => [
      { rule: 'task_completed', subject: parseContext(TaskContext, context).task_id },
    ],
  },
  {
    names: ['daily_activity', 'daily_login', 'login', 'user_login'],
    trustedSource: 'user',
    toEarnings: () => [],
  },
];

const BY_NAME = new Map(REPORTABLE.flatMap((event) => event.names.map((name) => [name, event])));

/** The event of a name or alias, with its name. */
export function findReportableEvent(alias: string): { name: string; event: ReportableEvent } | null {
  const event = BY_NAME.get(
    alias
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  return event ? { name: event.names[0] as string, event } : null;
}

/** Throws INVALID_INPUT with the missing fields. */
function parseContext<T>(schema: z.ZodType<T>, context: Record<string, unknown>): T {
  const parsed = schema.safeParse(context);
  if (parsed.success) return parsed.data;
  throw new ApiError('INVALID_INPUT', {
    issues: parsed.error.issues.map(({ path }) => ({
      path: ['context', ...path].join('.'),
      ko: '이 이벤트에 필요한 값입니다',
      en: 'This event needs it',
    })),
  });
}
