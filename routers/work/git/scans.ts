import { deflateSync, inflateSync } from 'node:zlib';
import { desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { projects, scans, transact } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { getProjectOrThrow } from '../projects/project.ts';
import type { RepositoryScan, StoreScanInput } from './schemas.ts';
import { type FileEntry, flattenFileTree } from './tree.ts';

const MAX_DELTA_PATHS = 100;

type RepositoryScanRow = typeof scans.$inferSelect;

/** Stores a scan of a repository and returns the changes since the last one. Throws NOT_FOUND, INVALID_INPUT. */
export function storeRepositoryScan(ctx: KeyContext, input: z.output<typeof StoreScanInput>): RepositoryScan {
  getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
  const tree = flattenFileTree(input.file_tree);
  const compressedTree = deflateSync(JSON.stringify(tree), { level: 1 });
  const { row, last } = transact(ctx.db, () => {
    const project = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
    const now = ctx.clock.now();
    const { total_loc, language_stats, avg_complexity = null } = input;
    const last = ctx.db
      .select()
      .from(scans)
      .where(eq(scans.project_id, project.id))
      .orderBy(desc(scans.id))
      .limit(1)
      .get();
    const metrics = { total_loc, avg_complexity, language_stats };
    const row = ctx.db
      .insert(scans)
      .values({
        ...metrics,
        project_id: project.id,
        tree: compressedTree,
        files: tree.length,
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
    return { row, last };
  });
  const { id, tree: _tree, created_at, ...rest } = row;
  return {
    scan_id: id,
    ...rest,
    created_at: toIso(created_at),
    delta: last ? toDelta(last, row, tree) : null,
  };
}

function toDelta(
  last: RepositoryScanRow,
  row: RepositoryScanRow,
  tree: readonly FileEntry[],
): RepositoryScan['delta'] {
  const stored = JSON.parse(inflateSync(last.tree).toString()) as FileEntry[];
  const previousFiles = new Map(stored.map(([path, size]) => [path.normalize('NFC'), size]));
  const now = new Map(tree);
  const added = tree.filter(([path]) => !previousFiles.has(path)).map(([path]) => path);
  const removed = [...previousFiles.keys()].filter((path) => !now.has(path));
  const changed = tree
    .filter(([path, size]) => previousFiles.has(path) && previousFiles.get(path) !== size)
    .map(([path]) => path);
  const hasComplexity = row.avg_complexity !== null && last.avg_complexity !== null;
  return {
    since: toIso(last.created_at),
    files: row.files - last.files,
    total_loc: row.total_loc - last.total_loc,
    avg_complexity: hasComplexity
      ? roundDifference((row.avg_complexity ?? 0) - (last.avg_complexity ?? 0))
      : null,
    language_stats: toLanguageDelta(last.language_stats, row.language_stats),
    files_added: added.length,
    files_removed: removed.length,
    files_changed: changed.length,
    added: added.slice(0, MAX_DELTA_PATHS),
    removed: removed.slice(0, MAX_DELTA_PATHS),
    changed: changed.slice(0, MAX_DELTA_PATHS),
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
