import { deflateSync, inflateSync } from 'node:zlib';
import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { diffs, issues, transact, type UrlFinding } from '../../../db/index.ts';
import { ApiError } from '../../core/errors.ts';
import type { KeyContext, UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { scanUrls } from '../../safety/scan/scan-urls.ts';
import { getProjectOrThrow, type ProjectRow } from '../projects/project.ts';
import { type CommitRow, getCommitOrThrow } from './commits.ts';
import type { Diff, DiffInput, DiffQuery, StoredDiff } from './diff-schemas.ts';
import { countOpen, open, resolve, see } from './issues.ts';
import { listPatchUrls, type PatchLine, readPatch } from './patch.ts';

const ANALYZER = 'url_scan';
const RULE = 'dangerous_url';
/** URLs of one diff that are judged. */
const MOST_URLS = 1000;
const LINKS_TOLD = 20;

/**
 * Keeps the diff of a commit; one sent again takes the place of what was there. URLs in its added lines are judged
 * without counting against the caller's scans; dangerous ones become issues of analyzer `url_scan`, and those that
 * the diff takes out of a file are resolved. Throws NOT_FOUND, CONFLICT (several commits begin so), INVALID_INPUT,
 * MODEL_ERROR (and then keeps nothing).
 */
export async function addDiff(ctx: KeyContext, input: z.output<typeof DiffInput>): Promise<Diff> {
  const known = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
  getCommitOrThrow(ctx.db, known, input.commit_id);
  const patch = readPatch(input.diff_content);
  const { files, additions, deletions } = patch;
  const url_findings = await judged(ctx, patch.added);
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
    settle(ctx, project, commit, url_findings, patch.removed);
    return { ...shown(commit), files, additions, deletions, url_findings };
  });
}

async function judged(ctx: KeyContext, added: readonly PatchLine[]): Promise<UrlFinding[]> {
  const places = listPatchUrls(added).slice(0, MOST_URLS);
  const verdicts = await scanUrls(
    ctx,
    places.map(({ url }) => url),
  );
  return places.flatMap((place) => {
    const verdict = verdicts.get(place.url);
    return verdict ? [{ ...place, ...verdict }] : [];
  });
}

/** Opens issues for dangerous links that came in, closes those of links that went, and tells the owner. */
function settle(
  ctx: KeyContext,
  project: ProjectRow,
  commit: CommitRow,
  findings: readonly UrlFinding[],
  removed: readonly PatchLine[],
): void {
  const dangerous = findings.filter(({ analysis_result }) => analysis_result === 'dangerous');
  const known = ctx.db
    .select()
    .from(issues)
    .where(and(eq(issues.project_id, project.id), eq(issues.analyzer, ANALYZER)))
    .all();
  const at = new Map(known.map((row) => [`${row.file} ${row.message}`, row]));
  const seen = dangerous.flatMap((link) => {
    const row = at.get(`${link.file} ${link.url}`);
    return row ? [{ row, issue: asIssue(link) }] : [];
  });
  const fresh = dangerous.filter(({ file, url }) => !at.has(`${file} ${url}`));
  open(ctx, { project_id: project.id, analyzer: ANALYZER }, fresh.map(asIssue));
  see(ctx, seen);
  const added = new Set(findings.map(({ file, url }) => `${file} ${url}`));
  const gone = new Set(
    listPatchUrls(removed)
      .map(({ file, url }) => `${file} ${url}`)
      .filter((place) => !added.has(place)),
  );
  resolve(
    ctx,
    known.filter(({ file, message, status }) => status === 'open' && gone.has(`${file} ${message}`)),
  );
  countOpen(ctx.db, project.id);
  const news = [
    ...fresh,
    ...dangerous.filter(({ file, url }) => at.get(`${file} ${url}`)?.status === 'resolved'),
  ];
  if (news.length === 0) return;
  const links = news.slice(0, LINKS_TOLD).map(({ url, domain, file, line, risk_score }) => ({
    url,
    host: domain,
    file,
    line,
    risk_score,
  }));
  const payload = { project_id: project.id, commit_hash: commit.commit_hash, total: news.length, links };
  ctx.emit({ type: 'diff.dangerous', principal_id: project.user_id, payload });
}

function asIssue({ file, line, url }: UrlFinding) {
  return { file, line, rule_id: RULE, severity: 'error', message: url };
}

/** The diff of a commit and its figures. Throws NOT_FOUND; CONFLICT when several commits begin so. */
export function readDiff(ctx: UserContext, input: z.output<typeof DiffQuery>): z.infer<typeof StoredDiff> {
  const commit = getCommitOrThrow(
    ctx.db,
    getProjectOrThrow(ctx.db, ctx.caller, input.project_id),
    input.commit_id,
  );
  const row = ctx.db.select().from(diffs).where(eq(diffs.commit_id, commit.id)).get();
  if (!row) throw new ApiError('NOT_FOUND');
  const { files, additions, deletions, url_findings } = row;
  return {
    ...shown(commit),
    files,
    additions,
    deletions,
    url_findings,
    diff_content: inflateSync(row.content).toString(),
    created_at: toIso(row.created_at),
  };
}

function shown({ id, commit_hash }: CommitRow) {
  return { commit_id: id, commit_hash };
}
