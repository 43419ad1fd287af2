import { desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, projects, scans, transact } from '../../../db/index.ts';
import { invalid } from '../../core/errors.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { runTask } from '../../core/run-task.ts';
import { toIso } from '../../core/wire-types.ts';
import { getProjectOrThrow } from '../projects/project.ts';
import type { RepositoryScan, StoreScanInput } from './schemas.ts';
import { READ_FILE_TREE, type TreeSummary } from './tree.ts';

type RepositoryScanRow = typeof scans.$inferSelect;

/**
 * Stores a scan of a repository and returns the changes since the last one. Throws NOT_FOUND, INVALID_INPUT,
 * TOO_EXPENSIVE, SERVER_BUSY.
 */
export async function storeRepositoryScan(
  ctx: KeyContext,
  input: z.output<typeof StoreScanInput>,
): Promise<RepositoryScan> {
  const { id: project_id } = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
  const last = findLastScan(ctx.db, project_id);
  const tree = await readTree(ctx, input.file_tree, last);
  const row = transact(ctx.db, () => {
    const project = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
    const now = ctx.clock.now();
    const { total_loc, language_stats, avg_complexity = null } = input;
    const metrics = { total_loc, avg_complexity, language_stats };
    const row = ctx.db
      .insert(scans)
      .values({
        ...metrics,
        project_id: project.id,
        tree: Buffer.from(tree.compressed),
        files: tree.files,
        created_at: now,
      })
      .returning()
      .get();
    ctx.db
      .update(projects)
      .set({ ...metrics, last_scan_at: now, updated_at: now })
      .where(eq(projects.id, project.id))
      .run();
    const payload = { project_id: project.id, scan_id: row.id, files: row.files, total_loc };
    ctx.emit({ type: 'repository.scanned', principal_id: project.user_id, payload });
    return row;
  });
  const { id, tree: _tree, created_at, ...rest } = row;
  return {
    scan_id: id,
    ...rest,
    created_at: toIso(created_at),
    delta: last && tree.delta ? { ...toDelta(last, row), ...tree.delta } : null,
  };
}

function findLastScan(db: Db, project_id: number): RepositoryScanRow | undefined {
  return db
    .select()
    .from(scans)
    .where(eq(scans.project_id, project_id))
    .orderBy(desc(scans.id))
    .limit(1)
    .get();
}

/** Characters of JSON for each byte of a stored tree, about. */
const COMPRESSION = 10;

async function readTree(
  ctx: KeyContext,
  file_tree: unknown,
  last: RepositoryScanRow | undefined,
): Promise<TreeSummary> {
  const json = JSON.stringify(file_tree);
  const before = last?.tree ?? null;
  const size = json.length + (before?.length ?? 0) * COMPRESSION;
  const tree = await runTask(ctx, READ_FILE_TREE, { json, before }, size);
  if (!('invalid_at' in tree)) return tree;
  throw invalid(
    tree.invalid_at,
    '파일 목록 `{path, size}` 또는 `{name, children}` 트리가 아닙니다',
    'This is neither a list of `{path, size}` nor a tree of `{name, children}`',
  );
}

function toDelta(last: RepositoryScanRow, row: RepositoryScanRow) {
  const hasComplexity = row.avg_complexity !== null && last.avg_complexity !== null;
  return {
    since: toIso(last.created_at),
    files: row.files - last.files,
    total_loc: row.total_loc - last.total_loc,
    avg_complexity: hasComplexity
      ? roundDifference((row.avg_complexity ?? 0) - (last.avg_complexity ?? 0))
      : null,
    language_stats: toLanguageDelta(last.language_stats, row.language_stats),
  };
}

function toLanguageDelta(
  before: Record<string, number>,
  now: Record<string, number>,
): Record<string, number> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return Object.fromEntries(
    names
      .map((name) => [name, roundDifference(readMetric(now, name) - readMetric(before, name))] as const)
      .filter(([, difference]) => difference !== 0),
  );
}

/** A language may have the name of a property that every object has, such as `constructor`. */
function readMetric(metrics: Record<string, number>, name: string): number {
  return Object.hasOwn(metrics, name) ? (metrics[name] ?? 0) : 0;
}

/** Rounds away the errors of binary fractions. */
function roundDifference(number: number): number {
  return Math.round(number * 1e6) / 1e6;
}
