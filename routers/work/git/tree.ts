import { deflateSync, inflateSync } from 'node:zlib';
import { MAX_MEASURE } from '../../core/wire-types.ts';

/** `[path, bytes]`; bytes are null when they are unknown. */
type FileEntry = [path: string, size: number | null];

export const MAX_FILES = 200_000;
export const MAX_TREE_PATH_CHARS = 4096;
const FOLDER_TYPES = new Set(['directory', 'dir', 'folder', 'tree', 'd']);

/** Paths of one kind of change that are listed. */
const MAX_DELTA_PATHS = 100;

export interface TreeDelta {
  files_added: number;
  files_removed: number;
  files_changed: number;
  added: string[];
  removed: string[];
  changed: string[];
}

export type TreeSummary = { files: number; compressed: Uint8Array; delta: TreeDelta | null };

/** `readFileTree` on the task thread. */
export const READ_FILE_TREE = { module: import.meta.url, run: readFileTree };

/**
 * Reads a `file_tree`, given as JSON, and compares it with an earlier one in the form in which it is stored. When it is
 * no tree, it says where.
 */
export function readFileTree(input: {
  json: string;
  before: Uint8Array | null;
}): TreeSummary | { invalid_at: string } {
  try {
    const tree = flattenFileTree(JSON.parse(input.json));
    const delta = input.before ? compareTrees(decompressTree(input.before), tree) : null;
    return { files: tree.length, compressed: deflateSync(JSON.stringify(tree), { level: 1 }), delta };
  } catch (error) {
    if (error instanceof TreeError) return { invalid_at: error.at };
    throw error;
  }
}

function decompressTree(tree: Uint8Array): FileEntry[] {
  return JSON.parse(inflateSync(tree).toString()) as FileEntry[];
}

function compareTrees(earlier: readonly FileEntry[], tree: readonly FileEntry[]): TreeDelta {
  const before = new Map(earlier.map(([path, size]) => [path.normalize('NFC'), size]));
  const now = new Map(tree);
  const added = tree.filter(([path]) => !before.has(path)).map(([path]) => path);
  const removed = [...before.keys()].filter((path) => !now.has(path));
  const changed = tree
    .filter(([path, size]) => before.has(path) && before.get(path) !== size)
    .map(([path]) => path);
  return {
    files_added: added.length,
    files_removed: removed.length,
    files_changed: changed.length,
    added: added.slice(0, MAX_DELTA_PATHS),
    removed: removed.slice(0, MAX_DELTA_PATHS),
    changed: changed.slice(0, MAX_DELTA_PATHS),
  };
}

interface TreeNode {
  value: unknown;
  /** path of the folder it is in, '' at the top */
  parentPath: string;
  /** where in the input, for the error */
  at: string;
}

/**
 * The files of a `file_tree`, sorted by path, without duplicates. The tree is a list of `{path, size}` or a nested
 * `{name, path, type, size, children}` whose root is the repository. Separators become `/`, and an absolute path of the
 * root is removed. Throws TreeError for anything else.
 */
function flattenFileTree(tree: unknown): FileEntry[] {
  const files = new Map<string, number | null>();
  // An explicit stack, since a tree may be deeper than the call stack.
  const pending: TreeNode[] = [];
  let root = '';
  if (Array.isArray(tree)) {
    for (const [i, value] of tree.entries()) pending.push({ value, parentPath: '', at: `file_tree.${i}` });
  } else {
    const top = tree as Record<string, unknown>;
    if (!Array.isArray(top.children)) throw new TreeError('file_tree');
    root = typeof top.path === 'string' ? normalizeTreePath(top.path) : '';
    for (const [i, value] of top.children.entries()) {
      pending.push({ value, parentPath: '', at: `file_tree.children.${i}` });
    }
  }
  for (let node = pending.pop(); node; node = pending.pop()) {
    const { path, size, children } = readNode(node, root);
    if (path.length > MAX_TREE_PATH_CHARS) throw new TreeError(`${node.at}.path`);
    if (children) {
      for (const [i, value] of children.entries()) {
        pending.push({ value, parentPath: path, at: `${node.at}.children.${i}` });
      }
    } else if (path !== '' && size !== undefined) {
      files.set(path, size);
      if (files.size > MAX_FILES) throw new TreeError('file_tree');
    }
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `size` is undefined for a folder. */
function readNode({ value, parentPath, at }: TreeNode, root: string) {
  if (typeof value === 'string')
    return {
      path: joinPath(parentPath, normalizeTreePath(value.slice(0, MAX_TREE_PATH_CHARS + 1))),
      size: null,
      children: null,
    };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TreeError(at);
  const { path, name, type, size, children } = value as Record<string, unknown>;
  const pathOrName = typeof path === 'string' ? path : name;
  if (typeof pathOrName !== 'string' || pathOrName.length > MAX_TREE_PATH_CHARS)
    throw new TreeError(`${at}.path`);
  if (
    size !== undefined &&
    size !== null &&
    (typeof size !== 'number' || !(size >= 0 && size <= MAX_MEASURE))
  ) {
    throw new TreeError(`${at}.size`);
  }
  const folder =
    Array.isArray(children) || (typeof type === 'string' && FOLDER_TYPES.has(type.toLowerCase()));
  const ownPath = normalizeTreePath(pathOrName);
  return {
    path: typeof path === 'string' ? stripRoot(root, ownPath) : joinPath(parentPath, ownPath),
    size: folder ? undefined : ((size as number | null | undefined) ?? null),
    children: Array.isArray(children) ? (children as unknown[]) : null,
  };
}

function normalizeTreePath(path: string): string {
  const pathWithSlashes = path
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/+)+/, '');
  let end = pathWithSlashes.length;
  while (end > 1 && pathWithSlashes[end - 1] === '/') end--;
  return pathWithSlashes === '.' ? '' : pathWithSlashes.slice(0, end);
}

function stripRoot(root: string, path: string): string {
  return root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

function joinPath(parentPath: string, name: string): string {
  return parentPath === '' ? name : `${parentPath}/${name}`;
}

/** A tree has something else at this place of the input. */
class TreeError extends Error {
  readonly at: string;

  constructor(at: string) {
    super(at);
    this.at = at;
  }
}
