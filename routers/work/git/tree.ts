import { type ApiError, invalid } from '../../core/errors.ts';
import { MAX_MEASURE } from '../../core/wire-types.ts';

/** `[path, bytes]`; bytes are null when they are unknown. */
export type FileEntry = [path: string, size: number | null];

export const MAX_FILES = 200_000;
export const MAX_TREE_PATH_CHARS = 4096;
const FOLDER_TYPES = new Set(['directory', 'dir', 'folder', 'tree', 'd']);

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
 * root is removed. Throws INVALID_INPUT for anything else.
 */
export function flattenFileTree(tree: unknown): FileEntry[] {
  const files = new Map<string, number | null>();
  // An explicit stack, since a tree may be deeper than the call stack.
  const pending: TreeNode[] = [];
  let root = '';
  if (Array.isArray(tree)) {
    for (const [i, value] of tree.entries()) pending.push({ value, parentPath: '', at: `file_tree.${i}` });
  } else {
    const top = tree as Record<string, unknown>;
    if (!Array.isArray(top.children)) throw toTreeError('file_tree');
    root = typeof top.path === 'string' ? normalizeTreePath(top.path) : '';
    for (const [i, value] of top.children.entries()) {
      pending.push({ value, parentPath: '', at: `file_tree.children.${i}` });
    }
  }
  for (let node = pending.pop(); node; node = pending.pop()) {
    const { path, size, children } = readNode(node, root);
    if (path.length > MAX_TREE_PATH_CHARS) throw toTreeError(`${node.at}.path`);
    if (children) {
      for (const [i, value] of children.entries()) {
        pending.push({ value, parentPath: path, at: `${node.at}.children.${i}` });
      }
    } else if (path !== '' && size !== undefined) {
      files.set(path, size);
      if (files.size > MAX_FILES) throw toTreeError('file_tree');
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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw toTreeError(at);
  const { path, name, type, size, children } = value as Record<string, unknown>;
  const pathOrName = typeof path === 'string' ? path : name;
  if (typeof pathOrName !== 'string' || pathOrName.length > MAX_TREE_PATH_CHARS)
    throw toTreeError(`${at}.path`);
  if (
    size !== undefined &&
    size !== null &&
    (typeof size !== 'number' || !(size >= 0 && size <= MAX_MEASURE))
  ) {
    throw toTreeError(`${at}.size`);
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

function toTreeError(path: string): ApiError {
  return invalid(
    path,
    '파일 목록 `{path, size}` 또는 `{name, children}` 트리가 아닙니다',
    'This is neither a list of `{path, size}` nor a tree of `{name, children}`',
  );
}
