import { deflateSync, inflateSync } from 'node:zlib';
import { desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { projects, scans, transact } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { getProjectOrThrow } from '../projects/project.ts';
import type { Scan, ScanInput } from './schemas.ts';
import { type FileEntry, filesOfTree } from './tree.ts';

const PATHS_TOLD = 100;

type ScanRow = typeof scans.$inferSelect;

/** Keeps a scan of a repository, and says what has changed since the last. Throws NOT_FOUND, INVALID_INPUT. */
export function storeScan(ctx: KeyContext, input: z.output<typeof ScanInput>): Scan {
  getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
  const tree = filesOfTree(input.file_tree);
  const packed = deflateSync(JSON.stringify(tree), { level: 1 });
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
    const figures = { total_loc, avg_complexity, language_stats };
    const row = ctx.db
      .insert(scans)
      .values({
        ...figures,
        project_id: project.id,
        tree: packed,
        files: tree.length,
        created_at: now,
      })
      .returning()
      .get();
    ctx.db
      .update(projects)
      .set({ ...figures, last_scan_at: now, updated_at: now })
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
    delta: last ? deltaOf(last, row, tree) : null,
  };
}

function deltaOf(last: ScanRow, row: ScanRow, tree: readonly FileEntry[]): Scan['delta'] {
  const before = new Map(JSON.parse(inflateSync(last.tree).toString()) as FileEntry[]);
  const now = new Map(tree);
  const added = tree.filter(([path]) => !before.has(path)).map(([path]) => path);
  const removed = [...before.keys()].filter((path) => !now.has(path));
  const changed = tree
    .filter(([path, size]) => before.has(path) && before.get(path) !== size)
    .map(([path]) => path);
  const known = row.avg_complexity !== null && last.avg_complexity !== null;
  return {
    since: toIso(last.created_at),
    files: row.files - last.files,
    total_loc: row.total_loc - last.total_loc,
    avg_complexity: known ? tidy((row.avg_complexity ?? 0) - (last.avg_complexity ?? 0)) : null,
    language_stats: languageDelta(last.language_stats, row.language_stats),
    files_added: added.length,
    files_removed: removed.length,
    files_changed: changed.length,
    added: added.slice(0, PATHS_TOLD),
    removed: removed.slice(0, PATHS_TOLD),
    changed: changed.slice(0, PATHS_TOLD),
  };
}

function languageDelta(before: Record<string, number>, now: Record<string, number>): Record<string, number> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return Object.fromEntries(
    names
      .map((name) => [name, tidy((now[name] ?? 0) - (before[name] ?? 0))] as const)
      .filter(([, difference]) => difference !== 0),
  );
}

/** Without the dust of binary fractions. */
function tidy(number: number): number {
  return Math.round(number * 1e6) / 1e6;
}
