import { blob, index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { files } from './storage.ts';
import { projects } from './work.ts';

/** Every scan of a repository. `tree` is the deflated JSON of its files, `[path, size][]`, by path. */
export const scans = sqliteTable(
  'scans',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    project_id: integer()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    tree: blob({ mode: 'buffer' }).notNull(),
    files: integer().notNull(),
    total_loc: integer().notNull(),
    avg_complexity: real(),
    language_stats: text({ mode: 'json' }).$type<Record<string, number>>().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [index('scans_project').on(t.project_id, t.id)],
);

/**
 * What analyzers found. `fingerprint` says what is the same issue wherever its lines have moved; alike issues of one
 * file are rows of their own with the same fingerprint.
 */
export const issues = sqliteTable(
  'issues',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    project_id: integer()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    analyzer: text().notNull(),
    fingerprint: text().notNull(),
    file: text().notNull(),
    line: integer(),
    column: integer(),
    rule_id: text().notNull(),
    severity: text().notNull(),
    message: text(),
    status: text({ enum: ['open', 'resolved'] }).notNull(),
    first_seen_at: integer().notNull(),
    last_seen_at: integer().notNull(),
    resolved_at: integer(),
  },
  (t) => [
    index('issues_analyzer').on(t.project_id, t.analyzer, t.fingerprint),
    index('issues_status').on(t.project_id, t.status, t.id),
  ],
);

/** Drafts of a README; one row a version, the last word of that version. */
export const readme_drafts = sqliteTable(
  'readme_drafts',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    project_id: integer()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    version: text().notNull(),
    content: text().notNull(),
    created_at: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [uniqueIndex('readme_drafts_version').on(t.project_id, t.version)],
);

export const commits = sqliteTable(
  'commits',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    project_id: integer()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** lower case; short only when the whole was never told */
    commit_hash: text().notNull(),
    author_email: text().notNull(),
    message: text().notNull(),
    committed_at: integer().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [
    uniqueIndex('commits_hash').on(t.project_id, t.commit_hash),
    index('commits_newest').on(t.project_id, t.committed_at, t.id),
  ],
);

/** The diff of a commit, deflated, and what was read in it. */
export const diffs = sqliteTable('diffs', {
  commit_id: integer()
    .primaryKey()
    .references(() => commits.id, { onDelete: 'cascade' }),
  content: blob({ mode: 'buffer' }).notNull(),
  files: text({ mode: 'json' }).$type<DiffFile[]>().notNull(),
  additions: integer().notNull(),
  deletions: integer().notNull(),
  url_findings: text({ mode: 'json' }).$type<DiffUrlFinding[]>().notNull(),
  created_at: integer().notNull(),
});

export interface DiffFile {
  path: string;
  additions: number;
  deletions: number;
}

/** A URL in an added line, and the verdict on it. */
export interface DiffUrlFinding {
  url: string;
  file: string;
  line: number;
  analysis_result: 'safe' | 'dangerous';
  risk_score: number;
  risk_level: 'low' | 'caution' | 'high';
  url_hash: string;
  domain: string;
}

/** What a build made of a commit: a file, and of which kind it is. */
export const artifacts = sqliteTable(
  'artifacts',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    project_id: integer()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    file_id: integer()
      .notNull()
      .references(() => files.id, { onDelete: 'cascade' }),
    type: text().notNull(),
    /** as it was told, or whole when the commit is known; null for what belongs to none */
    commit_hash: text(),
    created_at: integer().notNull(),
  },
  (t) => [index('artifacts_project').on(t.project_id, t.id), index('artifacts_file').on(t.file_id)],
);
