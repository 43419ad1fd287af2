import { deflateSync, inflateSync } from 'node:zlib';
import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type DiffUrlFinding, diffs, issues, transact } from '../../../db/index.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import type { KeyContext, UserContext } from '../../core/procedures.ts';
import { runTask } from '../../core/run-task.ts';
import { toIso } from '../../core/wire-types.ts';
import { scanUrls } from '../../safety/scan/scan-urls.ts';
import { getProjectOrThrow, type ProjectRow } from '../projects/project.ts';
import { type CommitRow, getCommitOrThrow } from './commits.ts';
import type { AddDiffInput, DiffReport, GetDiffInput, StoredDiff } from './diff-schemas.ts';
import { openIssues, resolveIssues, updateOpenIssueCount, updateSeenIssues } from './issues.ts';
import { type PatchUrl, READ_PATCH } from './patch.ts';

const URL_ANALYZER = 'url_scan';
const DANGEROUS_URL_RULE = 'dangerous_url';
/** URLs of one diff that are scanned. */
const MAX_SCANNED_URLS = 1000;
const MAX_EVENT_LINKS = 20;

/**
 * Stores the diff of a commit, replacing an earlier one. URLs in its added lines are scanned without counting against
 * the caller's scans; dangerous ones become issues of analyzer `url_scan`, and those that the diff removes from a file
 * are resolved. Throws NOT_FOUND, CONFLICT (several commits match), INVALID_INPUT, TOO_EXPENSIVE, SERVER_BUSY,
 * RATE_LIMIT_EXCEEDED, MODEL_ERROR (and stores nothing).
 */
export async function addDiff(ctx: KeyContext, input: z.output<typeof AddDiffInput>): Promise<DiffReport> {
  const known = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
  getCommitOrThrow(ctx.db, known, input.commit_id);
  const patch = await runTask(ctx, READ_PATCH, input.diff_content, input.diff_content.length);
  if (!patch)
    throw invalid('diff_content', '통합(unified) diff 형식이 아닙니다', 'This is not a unified diff');
  const { files, additions, deletions } = patch;
  const url_findings = await scanAddedUrls(ctx, patch.added);
  const stored = {
    content: deflateSync(input.diff_content, { level: 1 }),
    files,
    additions,
    deletions,
    url_findings,
    created_at: ctx.clock.now(),
  };
  return transact(ctx.db, () => {
    const project = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
    const commit = getCommitOrThrow(ctx.db, project, input.commit_id);
    ctx.db
      .insert(diffs)
      .values({ ...stored, commit_id: commit.id })
      .onConflictDoUpdate({ target: diffs.commit_id, set: stored })
      .run();
    updateUrlIssues(ctx, project, commit, url_findings, patch.removed);
    return { ...toCommitRef(commit), files, additions, deletions, url_findings };
  });
}

async function scanAddedUrls(ctx: KeyContext, added: readonly PatchUrl[]): Promise<DiffUrlFinding[]> {
  const places = added.slice(0, MAX_SCANNED_URLS);
  const verdicts = await scanUrls(
    ctx,
    places.map(({ url }) => url),
  );
  return places.flatMap((place) => {
    const verdict = verdicts.get(place.url);
    return verdict ? [{ ...place, ...verdict }] : [];
  });
}

/** Opens issues for added dangerous links, resolves those of removed links, and notifies the owner. */
function updateUrlIssues(
  ctx: KeyContext,
  project: ProjectRow,
  commit: CommitRow,
  findings: readonly DiffUrlFinding[],
  removed: readonly PatchUrl[],
): void {
  const dangerous = findings.filter(({ analysis_result }) => analysis_result === 'dangerous');
  const knownUrls = ctx.db
    .select()
    .from(issues)
    .where(and(eq(issues.project_id, project.id), eq(issues.analyzer, URL_ANALYZER)))
    .all();
  const issueByPlace = new Map(knownUrls.map((row) => [`${row.file} ${row.message}`, row]));
  const firstSeen = dangerous.flatMap((link) => {
    const row = issueByPlace.get(`${link.file} ${link.url}`);
    return row ? [{ row, issue: toReportedIssue(link) }] : [];
  });
  const newLinks = dangerous.filter(({ file, url }) => !issueByPlace.has(`${file} ${url}`));
  openIssues(ctx, { project_id: project.id, analyzer: URL_ANALYZER }, newLinks.map(toReportedIssue));
  updateSeenIssues(ctx, firstSeen);
  const added = new Set(findings.map(({ file, url }) => `${file} ${url}`));
  const removedPlaces = new Set(
    removed.map(({ file, url }) => `${file} ${url}`).filter((place) => !added.has(place)),
  );
  resolveIssues(
    ctx,
    knownUrls.filter(
      ({ file, message, status }) => status === 'open' && removedPlaces.has(`${file} ${message}`),
    ),
  );
  updateOpenIssueCount(ctx.db, project.id);
  const linksToReport = [
    ...newLinks,
    ...dangerous.filter(({ file, url }) => issueByPlace.get(`${file} ${url}`)?.status === 'resolved'),
  ];
  if (linksToReport.length === 0) return;
  const links = linksToReport.slice(0, MAX_EVENT_LINKS).map(({ url, domain, file, line, risk_score }) => ({
    url,
    host: domain,
    file,
    line,
    risk_score,
  }));
  const payload = {
    project_id: project.id,
    commit_hash: commit.commit_hash,
    total: linksToReport.length,
    links,
  };
  ctx.emit({ type: 'diff.dangerous', principal_id: project.user_id, payload });
}

function toReportedIssue({ file, line, url }: DiffUrlFinding) {
  return { file, line, rule_id: DANGEROUS_URL_RULE, severity: 'error', message: url };
}

/** The diff of a commit. Throws NOT_FOUND; CONFLICT when several commits match. */
export function getDiff(ctx: UserContext, input: z.output<typeof GetDiffInput>): z.infer<typeof StoredDiff> {
  const commit = getCommitOrThrow(
    ctx.db,
    getProjectOrThrow(ctx.db, ctx.caller, input.project_id),
    input.commit_id,
  );
  const row = ctx.db.select().from(diffs).where(eq(diffs.commit_id, commit.id)).get();
  if (!row) throw new ApiError('NOT_FOUND');
  const { files, additions, deletions, url_findings } = row;
  return {
    ...toCommitRef(commit),
    files,
    additions,
    deletions,
    url_findings,
    diff_content: inflateSync(row.content).toString(),
    created_at: toIso(row.created_at),
  };
}

function toCommitRef({ id, commit_hash }: CommitRow) {
  return { commit_id: id, commit_hash };
}
