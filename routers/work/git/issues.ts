import { createHash } from 'node:crypto';
import { and, count, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { issues, preparedStatements, projects, transact } from '../../../db/index.ts';
import type { Context, Db } from '../../core/context.ts';
import { afterCursor, type OrderKey, toOrder, toPage } from '../../core/cursor.ts';
import type { KeyContext, UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { getProjectOrThrow } from '../projects/project.ts';
import type {
  IssueList,
  IssuesReceipt,
  ListIssuesInput,
  ReportedIssue,
  ReportIssuesInput,
} from './schemas.ts';

export type IssueRow = typeof issues.$inferSelect;

/** Identifies an issue when its line moves; numbers in the message are ignored, since they may be line numbers. */
function toFingerprint(analyzer: string, { file, rule_id, message }: ReportedIssue): string {
  const words = (message ?? '').replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();
  const path = file.normalize('NFC').replaceAll('\\', '/').replace(/^\.\//, '');
  return createHash('sha256')
    .update(JSON.stringify([analyzer, path, rule_id, words]))
    .digest('base64url');
}

/**
 * Applies a complete report of one analyzer: new issues are opened, resolved ones that are back are reopened, and open
 * ones that are missing are resolved. Throws NOT_FOUND.
 */
export function reportIssues(
  ctx: KeyContext,
  input: z.output<typeof ReportIssuesInput>,
): z.infer<typeof IssuesReceipt> {
  return transact(ctx.db, () => {
    const project = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
    const { analyzer } = input;
    const existing = ctx.db
      .select()
      .from(issues)
      .where(and(eq(issues.project_id, project.id), eq(issues.analyzer, analyzer)))
      .orderBy(issues.line, issues.id)
      .all();
    const report = removeDuplicates(input.issues);
    const { matched, newIssues, resolvedIssues } = matchIssues(analyzer, existing, report);
    updateSeenIssues(ctx, matched);
    openIssues(ctx, { project_id: project.id, analyzer }, newIssues);
    resolveIssues(ctx, resolvedIssues);
    updateOpenIssueCount(ctx.db, project.id);
    const reopened = matched.filter(({ row }) => row.status === 'resolved').length;
    const counts = { created: newIssues.length, resolved: resolvedIssues.length };
    const payload = { project_id: project.id, analyzer, ...counts };
    ctx.emit({ type: 'issues.reported', principal_id: project.user_id, payload });
    return { received: report.length, ...counts, reopened, still_open: matched.length - reopened };
  });
}

function removeDuplicates(report: readonly ReportedIssue[]): ReportedIssue[] {
  return [...new Map(report.map((issue) => [JSON.stringify(issue), issue])).values()];
}

/**
 * Matches reported issues with known ones. Those with the same fingerprint are matched by line first, then in order;
 * open ones before resolved ones.
 */
function matchIssues(analyzer: string, existing: readonly IssueRow[], report: readonly ReportedIssue[]) {
  const matched: { row: IssueRow; issue: ReportedIssue }[] = [];
  const newIssues: ReportedIssue[] = [];
  const candidates = groupBy(existing, (row) => row.fingerprint);
  const reported = groupBy(report, (issue) => toFingerprint(analyzer, issue));
  for (const [fingerprint, sameIssues] of reported) {
    const rows = candidates.get(fingerprint) ?? [];
    const open = new Set(rows.filter(({ status }) => status === 'open'));
    const openByLine = new Map([...open].reverse().map((row) => [row.line, row]));
    const movedIssues: ReportedIssue[] = [];
    for (const issue of sameIssues) {
      const row = openByLine.get(issue.line ?? null);
      if (row && open.delete(row)) matched.push({ row, issue });
      else movedIssues.push(issue);
    }
    const unmatchedRows = [...open, ...rows.filter(({ status }) => status === 'resolved').reverse()];
    movedIssues.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    movedIssues.forEach((issue, i) => {
      const row = unmatchedRows[i];
      if (row) matched.push({ row, issue });
      else newIssues.push(issue);
    });
  }
  const matchedIds = new Set(matched.map(({ row }) => row.id));
  return {
    matched,
    newIssues,
    resolvedIssues: existing.filter(({ id, status }) => status === 'open' && !matchedIds.has(id)),
  };
}

function groupBy<T>(items: readonly T[], toKey: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = toKey(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Prepared, since a report may have thousands of issues. */
const statements = preparedStatements((db) => ({
  open: db
    .insert(issues)
    .values({
      project_id: sql.placeholder('project_id'),
      analyzer: sql.placeholder('analyzer'),
      fingerprint: sql.placeholder('fingerprint'),
      file: sql.placeholder('file'),
      line: sql.placeholder('line'),
      column: sql.placeholder('column'),
      rule_id: sql.placeholder('rule_id'),
      severity: sql.placeholder('severity'),
      message: sql.placeholder('message'),
      status: 'open',
      first_seen_at: sql.placeholder('now'),
      last_seen_at: sql.placeholder('now'),
    })
    .prepare(),
  see: db
    .update(issues)
    .set({
      file: sql`${sql.placeholder('file')}`,
      line: sql`${sql.placeholder('line')}`,
      column: sql`${sql.placeholder('column')}`,
      severity: sql`${sql.placeholder('severity')}`,
      message: sql`${sql.placeholder('message')}`,
      status: 'open',
      last_seen_at: sql`${sql.placeholder('now')}`,
      resolved_at: null,
    })
    .where(eq(issues.id, sql.placeholder('id')))
    .prepare(),
  resolve: db
    .update(issues)
    .set({ status: 'resolved', resolved_at: sql`${sql.placeholder('now')}` })
    .where(eq(issues.id, sql.placeholder('id')))
    .prepare(),
}));

type IssueStore = Pick<Context, 'db' | 'clock'>;

/** Opens new issues. */
export function openIssues(
  { db, clock }: IssueStore,
  source: { project_id: number; analyzer: string },
  newIssues: readonly ReportedIssue[],
): void {
  const { open } = statements(db);
  const now = clock.now();
  for (const issue of newIssues) {
    open.run({
      ...source,
      ...toIssueColumns(issue),
      fingerprint: toFingerprint(source.analyzer, issue),
      now,
    });
  }
}

/** Updates known issues that are reported again, and reopens resolved ones. */
export function updateSeenIssues(
  { db, clock }: IssueStore,
  matched: readonly { row: IssueRow; issue: ReportedIssue }[],
): void {
  const { see } = statements(db);
  const now = clock.now();
  for (const { row, issue } of matched) see.run({ ...toIssueColumns(issue), id: row.id, now });
}

export function resolveIssues({ db, clock }: IssueStore, rows: readonly IssueRow[]): void {
  const { resolve } = statements(db);
  const now = clock.now();
  for (const { id } of rows) resolve.run({ id, now });
}

function toIssueColumns({ file, line, column, rule_id, severity, message }: ReportedIssue) {
  return {
    file,
    line: line ?? null,
    column: column ?? null,
    rule_id,
    severity,
    message: message ?? null,
  };
}

/** Recounts the open issues of a project. */
export function updateOpenIssueCount(db: Db, project_id: number): void {
  const open = and(eq(issues.project_id, project_id), eq(issues.status, 'open'));
  const n = db.select({ n: count() }).from(issues).where(open).get()?.n ?? 0;
  db.update(projects).set({ open_issues: n }).where(eq(projects.id, project_id)).run();
}

/** The last seen first, then by place; an issue without a line stands before the others of its file. */
const ISSUE_ORDER: OrderKey[] = [
  [issues.last_seen_at, 'desc'],
  [issues.file, 'asc'],
  [sql`ifnull(${issues.line}, -1)`, 'asc'],
  [issues.id, 'asc'],
];

/** The issues of a project, the last seen first. Throws NOT_FOUND. */
export function listIssues(
  ctx: UserContext,
  input: z.output<typeof ListIssuesInput>,
): z.infer<typeof IssueList> {
  const { status, severity, analyzer, limit, offset, cursor } = input;
  const condition = and(
    eq(issues.project_id, getProjectOrThrow(ctx.db, ctx.caller, input.project_id).id),
    status ? eq(issues.status, status) : undefined,
    severity ? eq(issues.severity, severity) : undefined,
    analyzer ? eq(issues.analyzer, analyzer) : undefined,
  );
  const found = ctx.db
    .select()
    .from(issues)
    .where(and(condition, afterCursor(cursor, ISSUE_ORDER)))
    .orderBy(...toOrder(ISSUE_ORDER))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(issues).where(condition).get()?.n ?? 0;
  const toKeys = ({ last_seen_at, file, line, id }: IssueRow) => [last_seen_at, file, line ?? -1, id];
  const { rows, next_cursor } = toPage(found, limit, toKeys);
  return { total, next_cursor, issues: rows.map(toIssue) };
}

function toIssue(row: IssueRow): z.infer<typeof IssueList>['issues'][number] {
  const {
    project_id: _project,
    fingerprint: _print,
    first_seen_at,
    last_seen_at,
    resolved_at,
    ...rest
  } = row;
  return {
    ...rest,
    first_seen_at: toIso(first_seen_at),
    last_seen_at: toIso(last_seen_at),
    resolved_at: resolved_at === null ? null : toIso(resolved_at),
  };
}
