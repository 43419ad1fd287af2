import { z } from 'zod';
import { ApiError } from '../../core/errors.ts';
import { CommitHash } from '../../work/git/commit-schemas.ts';
import { type Earning, ofCodeGeneration, ofCommit, ofQuiz, ofReport } from './rules.ts';

/** An event that may be told from outside. */
export interface ReportableEvent {
  /** what clients call it, the first above all; capitals, hyphens and spaces do not matter */
  names: readonly string[];
  /**
   * `user`: whoever it is about. `service`: it earned when it happened here, so what a user says of it earns nothing
   * more, and what is not on record did not happen; services are believed.
   */
  by: 'user' | 'service';
  /** What it earns; the first is what makes it the same event. Throws INVALID_INPUT for a context that does not say. */
  read(context: Record<string, unknown>): Earning[];
}

const Id = z.coerce.number().int().positive();
const Count = z.coerce.number().int().min(0).max(1000).catch(0);
const Hash = z.object({ commit_hash: CommitHash, project_id: Id.optional().catch(undefined) });
const Quiz = z.object({ session_id: Id, correct: Count, total: Count });
const Job = z.object({ job_id: Id });
const Link = z.object({ url_hash: z.string().regex(/^[0-9a-f]{64}$/) });
const Task = z.object({ task_id: Id });

const REPORTABLE: readonly ReportableEvent[] = [
  {
    names: ['first_commit_made', 'first_commit'],
    by: 'service',
    read: (context) =>
      'commit_hash' in context ? ofCommit(read(Hash, context)).reverse() : [{ rule: 'first_commit' }],
  },
  {
    names: ['commit_made', 'commit', 'commit_completed', 'commit_created', 'commit_pushed', 'git_commit'],
    by: 'service',
    read: (context) => ofCommit(read(Hash, context)),
  },
  {
    names: ['quiz_finished', 'quiz_completed', 'quiz_complete'],
    by: 'service',
    read: (context) => ofQuiz(read(Quiz, context)),
  },
  {
    names: ['code_generation_done', 'code_generation_completed', 'code_generation', 'code_generated'],
    by: 'service',
    read: (context) => ofCodeGeneration(read(Job, context)),
  },
  {
    names: ['dangerous_link_reported', 'link_reported', 'phishing_reported'],
    by: 'service',
    read: (context) => ofReport(read(Link, context)),
  },
  {
    names: ['task_completed', 'task_done'],
    by: 'service',
    read: (context) => [{ rule: 'task_completed', same: read(Task, context).task_id }],
  },
  { names: ['daily_activity', 'daily_login', 'login', 'user_login'], by: 'user', read: () => [] },
];

const BY_NAME = new Map(REPORTABLE.flatMap((event) => event.names.map((name) => [name, event])));

/** The event of a name, and the first of its names. */
export function findReportableEvent(told: string): { name: string; event: ReportableEvent } | null {
  const event = BY_NAME.get(
    told
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  return event ? { name: event.names[0] as string, event } : null;
}

/** Throws INVALID_INPUT with what is missing. */
function read<T>(schema: z.ZodType<T>, context: Record<string, unknown>): T {
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
