import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Limit, MAX_MEASURE, Offset, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { ProjectId } from '../projects/schemas.ts';
import { MAX_FILES, MAX_TREE_PATH_CHARS } from './tree.ts';

export const RegisterProjectInput = z.object({
  name: TrimmedText(200).meta({ example: 'MyProject' }),
  local_path: z.string().trim().max(4096).nullish().meta({
    description: 'Where it lies on the disk of its agent',
    example: 'C:/Users/User/projects/MyProject',
  }),
  remote_url: z.string().trim().max(2048).nullish().meta({
    description: 'Any spelling Git knows; credentials in it are not stored',
    example: 'git@github.com:username/myproject.git',
  }),
});

const MAX_LANGUAGES = 1000;
const Figure = z.number().min(0).max(MAX_MEASURE);
const LanguageStats = z
  .record(z.string().max(100), Figure)
  .meta({ maxProperties: MAX_LANGUAGES, example: { Python: 10240, JavaScript: 5120 } });
const AvgComplexity = Figure.nullable().meta({ example: 8.5 });

const TreePath = z.string().max(MAX_TREE_PATH_CHARS);
const FileTreeNode = z
  .object({
    path: TreePath.optional(),
    name: TreePath.optional(),
    type: z.string().max(100).optional(),
    size: z.number().min(0).max(MAX_MEASURE).nullish(),
    get children() {
      return z
        .array(z.union([FileTreeNode, TreePath]))
        .max(MAX_FILES)
        .optional();
    },
  })
  .meta({ id: 'FileTreeNode', description: 'A file, or a folder with `children`; it has a path or a name' });

const FileTree = z.union([z.array(z.union([FileTreeNode, TreePath])).max(MAX_FILES), FileTreeNode]).meta({
  description: 'A list of `{path, size}`, or a tree of `{name, path, type, size, children}`',
  example: [{ path: 'src/main.py', size: 1024 }],
});
// The schema is for the document. `flattenFileTree` checks the tree, in one pass and without recursion.
FileTree._zod.parse = (payload) => payload;
FileTree._zod.run = FileTree._zod.parse;

export const StoreScanInput = z.object({
  project_id: ProjectId,
  file_tree: FileTree,
  language_stats: LanguageStats.default({}),
  total_loc: z.int().min(0).max(MAX_MEASURE).default(0).meta({ example: 15360 }),
  avg_complexity: AvgComplexity.optional(),
});

const PathList = (description: string) =>
  z
    .array(z.string())
    .meta({ description: `Paths that ${description}, the first 100`, example: ['src/main.py'] });

export const RepositoryScan = z
  .object({
    scan_id: z.int().meta({ example: 7 }),
    project_id: ProjectId,
    files: z.int().meta({ example: 42 }),
    total_loc: z.int().meta({ example: 15360 }),
    avg_complexity: AvgComplexity,
    language_stats: LanguageStats,
    created_at: Timestamp,
    delta: z
      .object({
        since: Timestamp.meta({ description: 'When the last scan was' }),
        files: z.int().meta({ example: 2 }),
        total_loc: z.int().meta({ example: 120 }),
        avg_complexity: z.number().nullable().meta({ example: -0.2 }),
        language_stats: z
          .record(z.string(), z.number())
          .meta({ description: 'Languages whose figure has changed', example: { Python: 120 } }),
        files_added: z.int(),
        files_removed: z.int(),
        files_changed: z.int().meta({ description: 'Files of another size' }),
        added: PathList('are new'),
        removed: PathList('are gone'),
        changed: PathList('have another size'),
      })
      .nullable()
      .meta({ description: 'What has changed since the last scan; null for the first' }),
  })
  .meta({ id: 'RepositoryScan' });
export type RepositoryScan = z.infer<typeof RepositoryScan>;

const Severity = z.string().trim().toLowerCase().min(1).max(40).meta({ example: 'warning' });
const Analyzer = TrimmedText(100).meta({ example: 'eslint' });

export const ReportedIssue = z.object({
  file: z.string().min(1).max(4096).meta({ example: 'src/app.js' }),
  line: z.int().min(0).max(MAX_MEASURE).nullish().meta({ example: 10 }),
  column: z.int().min(0).max(MAX_MEASURE).nullish().meta({ example: 7 }),
  rule_id: z.string().max(200).meta({ example: 'no-unused-vars' }),
  severity: Severity.default('warning'),
  message: z.string().max(10_000).nullish().meta({ example: "'a' is assigned a value but never used" }),
});
export type ReportedIssue = z.infer<typeof ReportedIssue>;

export const ReportIssuesInput = z.object({
  project_id: ProjectId,
  analyzer: Analyzer,
  issues: z
    .array(ReportedIssue)
    .max(10_000)
    .meta({
      example: [
        { file: 'src/main.py', line: 42, rule_id: 'E501', severity: 'warning', message: 'line too long' },
      ],
    }),
});

export const IssuesReceipt = z
  .object({
    received: z.int().meta({ description: 'How many different ones the report had', example: 5 }),
    created: z.int().meta({ description: 'Never seen before', example: 1 }),
    reopened: z.int().meta({ description: 'Resolved before, and back', example: 0 }),
    still_open: z.int().meta({ example: 4 }),
    resolved: z
      .int()
      .meta({ description: 'What the last report of this analyzer had and this one lacks', example: 2 }),
  })
  .meta({ id: 'IssuesReceipt' });

const IssueStatus = z.enum(['open', 'resolved']);

export const ListIssuesInput = z.object({
  project_id: ProjectId,
  status: IssueStatus.optional(),
  severity: Severity.optional(),
  analyzer: Analyzer.optional(),
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
});

const Issue = z
  .object({
    id: z.int().meta({ example: 5 }),
    analyzer: Analyzer,
    file: z.string().meta({ example: 'src/app.js' }),
    line: z.int().nullable().meta({ description: 'Where it was last seen', example: 10 }),
    column: z.int().nullable(),
    rule_id: z.string().meta({ example: 'no-unused-vars' }),
    severity: z.string().meta({ example: 'warning' }),
    message: z.string().nullable(),
    status: IssueStatus,
    first_seen_at: Timestamp,
    last_seen_at: Timestamp,
    resolved_at: Timestamp.nullable(),
  })
  .meta({ id: 'Issue' });

export const IssueList = z
  .object({ total: z.int().meta({ example: 5 }), next_cursor: NextCursor, issues: z.array(Issue) })
  .meta({ id: 'IssueList' });

const ReadmeVersion = TrimmedText(100).meta({ example: 'draft_v1' });

export const SaveReadmeInput = z.object({
  project_id: ProjectId,
  content: z.string().min(1).max(1_000_000).meta({ example: '# MyProject\n\nThis is the README…' }),
  version: ReadmeVersion.optional().meta({
    description: 'The next number unless given',
    example: 'draft_v1',
  }),
});
export const GetReadmeInput = z.object({
  project_id: ProjectId,
  version: ReadmeVersion.optional().meta({
    description: 'The one written last unless given',
    example: 'draft_v1',
  }),
});
export const Readme = z
  .object({
    id: z.int(),
    project_id: ProjectId,
    version: ReadmeVersion,
    content: z.string(),
    created_at: Timestamp,
    updated_at: Timestamp,
    versions: z.array(z.string()).meta({ description: 'Every version, the last written first' }),
  })
  .meta({ id: 'Readme' });
