import { createHash } from 'node:crypto';
import { and, count, desc, eq, inArray } from 'drizzle-orm';
import type { z } from 'zod';
import { issues, projects } from '../../../db/index.ts';
import type { Tx } from '../../context.ts';
import type { KeyContext, UserContext } from '../../trpc.ts';
import { iso } from '../../wire.ts';
import { projectOf } from '../projects/project.ts';
import type { IssueList, IssueListInput, IssuesInput, IssuesReceipt, ReportedIssue } from './io.ts';

export type IssueRow = typeof issues.$inferSelect;

/** What is the same issue wherever its lines move: numbers in a message move with them. */
export function fingerprint(analyzer: string, { file, rule_id, message }: ReportedIssue): string {
  const words = (message ?? '').replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();
  const path = file.replaceAll('\\', '/').replace(/^\.\//, '');
  return createHash('sha256')
    .update(JSON.stringify([analyzer, path, rule_id, words]))
    .digest('base64url');
}

/**
 * Takes one report of one analyzer, whole: what is new is opened, what was resolved and is back is reopened, and
 * what was open and is no longer there is resolved. Throws NOT_FOUND.
 */
export function reportIssues(
  ctx: KeyContext,
  input: z.output<typeof IssuesInput>,
): z.infer<typeof IssuesReceipt> {
  return ctx.db.transaction(
    (tx) => {
      const project = projectOf(tx, ctx.me, input.project_id);
      const { analyzer } = input;
      const now = ctx.clock.now();
      const known = tx
        .select()
        .from(issues)
        .where(and(eq(issues.project_id, project.id), eq(issues.analyzer, analyzer)))
        .orderBy(issues.line, issues.id)
        .all();
      const report = withoutRepeats(input.issues);
      const { seen, fresh, gone } = match(analyzer, known, report);
      see(tx, seen, now);
      open(tx, project.id, analyzer, fresh, now);
      resolve(tx, gone, now);
      countOpen(tx, project.id);
      const reopened = seen.filter(({ row }) => row.status === 'resolved').length;
      const figures = { created: fresh.length, resolved: gone.length };
      const payload = { project_id: project.id, analyzer, ...figures };
      ctx.emit(tx, { type: 'issues.reported', principal_id: project.user_id, payload });
      return { received: report.length, ...figures, reopened, still_open: seen.length - reopened };
    },
    { behavior: 'immediate' },
  );
}

function withoutRepeats(report: readonly ReportedIssue[]): ReportedIssue[] {
  return [...new Map(report.map((issue) => [JSON.stringify(issue), issue])).values()];
}

/**
 * Pairs what is reported with what is known. Alike ones are paired by their line first, then in order; open ones
 * before resolved ones.
 */
function match(analyzer: string, known: readonly IssueRow[], report: readonly ReportedIssue[]) {
  const seen: { row: IssueRow; issue: ReportedIssue }[] = [];
  const fresh: ReportedIssue[] = [];
  const candidates = groupedBy(known, (row) => row.fingerprint);
  const reported = groupedBy(report, (issue) => fingerprint(analyzer, issue));
  for (const [print, alike] of reported) {
    const rows = candidates.get(print) ?? [];
    const open = new Set(rows.filter(({ status }) => status === 'open'));
    const byLine = new Map([...open].reverse().map((row) => [row.line, row]));
    const moved: ReportedIssue[] = [];
    for (const issue of alike) {
      const row = byLine.get(issue.line ?? null);
      if (row && open.delete(row)) seen.push({ row, issue });
      else moved.push(issue);
    }
    const left = [...open, ...rows.filter(({ status }) => status === 'resolved').reverse()];
    moved.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    moved.forEach((issue, i) => {
      const row = left[i];
      if (row) seen.push({ row, issue });
      else fresh.push(issue);
    });
  }
  const still = new Set(seen.map(({ row }) => row.id));
  return { seen, fresh, gone: known.filter(({ id, status }) => status === 'open' && !still.has(id)) };
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Most of a report is as it was the last time, so only what has changed is written one by one. */
export function see(tx: Tx, seen: readonly { row: IssueRow; issue: ReportedIssue }[], now: number): void {
  const state = { status: 'open', last_seen_at: now, resolved_at: null } as const;
  update(
    tx,
    seen.map(({ row }) => row),
    state,
  );
  for (const { row, issue } of seen) {
    const told = columns(issue);
    if (Object.entries(told).every(([name, value]) => row[name as keyof typeof told] === value)) continue;
    tx.update(issues).set(told).where(eq(issues.id, row.id)).run();
  }
}

/** Opens issues that were never seen before. */
export function open(
  tx: Tx,
  project_id: number,
  analyzer: string,
  fresh: readonly ReportedIssue[],
  now: number,
): void {
  for (const some of chunks(fresh)) {
    tx.insert(issues)
      .values(
        some.map((issue) => ({
          ...columns(issue),
          project_id,
          analyzer,
          fingerprint: fingerprint(analyzer, issue),
          status: 'open' as const,
          first_seen_at: now,
          last_seen_at: now,
        })),
      )
      .run();
  }
}

function columns({ file, line, column, rule_id, severity, message }: ReportedIssue) {
  return {
    file,
    line: line ?? null,
    column: column ?? null,
    rule_id,
    severity,
    message: message ?? null,
  };
}

export function resolve(tx: Tx, rows: readonly IssueRow[], now: number): void {
  update(tx, rows, { status: 'resolved', resolved_at: now });
}

function update(tx: Tx, rows: readonly IssueRow[], fields: Partial<IssueRow>): void {
  for (const some of chunks(rows)) {
    const ids = some.map(({ id }) => id);
    tx.update(issues).set(fields).where(inArray(issues.id, ids)).run();
  }
}

/** A statement takes so many parameters and no more. */
function* chunks<T>(items: readonly T[]): Iterable<T[]> {
  for (let at = 0; at < items.length; at += 500) yield items.slice(at, at + 500);
}

/** Keeps a project's count of open issues right. */
export function countOpen(tx: Tx, project_id: number): void {
  const open = and(eq(issues.project_id, project_id), eq(issues.status, 'open'));
  const n = tx.select({ n: count() }).from(issues).where(open).get()?.n ?? 0;
  tx.update(projects).set({ open_issues: n }).where(eq(projects.id, project_id)).run();
}

/** The issues of a project, those last seen first. Throws NOT_FOUND. */
export function listIssues(
  ctx: UserContext,
  input: z.output<typeof IssueListInput>,
): z.infer<typeof IssueList> {
  const { status, severity, analyzer, limit, offset } = input;
  const wanted = and(
    eq(issues.project_id, projectOf(ctx.db, ctx.me, input.project_id).id),
    status ? eq(issues.status, status) : undefined,
    severity ? eq(issues.severity, severity) : undefined,
    analyzer ? eq(issues.analyzer, analyzer) : undefined,
  );
  const rows = ctx.db
    .select()
    .from(issues)
    .where(wanted)
    .orderBy(desc(issues.last_seen_at), issues.file, issues.line, issues.id)
    .limit(limit)
    .offset(offset)
    .all();
  const total = ctx.db.select({ n: count() }).from(issues).where(wanted).get()?.n ?? 0;
  return { total, issues: rows.map(shownIssue) };
}

function shownIssue(row: IssueRow): z.infer<typeof IssueList>['issues'][number] {
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
    first_seen_at: iso(first_seen_at),
    last_seen_at: iso(last_seen_at),
    resolved_at: resolved_at === null ? null : iso(resolved_at),
  };
}
