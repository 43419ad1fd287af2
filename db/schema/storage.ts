import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { principals } from './accounts.ts';

/** A file someone keeps. Its bytes lie on disk under their SHA-256, once for all rows that name it. */
export const files = sqliteTable(
  'files',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    principal_id: integer()
      .notNull()
      .references(() => principals.id, { onDelete: 'cascade' }),
    /** what it is called; never a path on our disk */
    file_name: text().notNull(),
    size: integer().notNull(),
    /** hex */
    sha256: text().notNull(),
    mime_type: text().notNull(),
    context_id: text(),
    description: text(),
    purpose: text(),
    created_at: integer().notNull(),
  },
  // The size is in the index so that a quota is summed from it alone.
  (t) => [index('files_principal').on(t.principal_id, t.size), index('files_content').on(t.sha256)],
);

/**
 * Who is storing or deleting a content in an object store, which takes longer than a transaction may: nobody else does
 * either meanwhile.
 */
export const content_claims = sqliteTable(
  'content_claims',
  {
    sha256: text().primaryKey(),
    holder: text().notNull(),
    /** that of a process that is no more counts no longer */
    expires_at: integer().notNull(),
  },
  (t) => [index('content_claims_expiry').on(t.expires_at)],
);

/** A dataset is a name of its owner's; what it was each time stands in its versions. */
export const datasets = sqliteTable(
  'datasets',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    principal_id: integer()
      .notNull()
      .references(() => principals.id, { onDelete: 'cascade' }),
    dataset_name: text().notNull(),
    created_at: integer().notNull(),
  },
  (t) => [uniqueIndex('datasets_name').on(t.principal_id, t.dataset_name)],
);

export const dataset_versions = sqliteTable(
  'dataset_versions',
  {
    dataset_id: integer()
      .notNull()
      .references(() => datasets.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    source_url: text(),
    file_id: integer().references(() => files.id, { onDelete: 'set null' }),
    schema: text({ mode: 'json' }).$type<{ name: string; type: string }[]>().notNull(),
    row_count: integer(),
    created_at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.dataset_id, t.version] }), index('dataset_versions_file').on(t.file_id)],
);

/** What a webhook was answered, for as long as its sender may send it again. */
export const webhook_deliveries = sqliteTable(
  'webhook_deliveries',
  {
    source: text({ enum: ['github', 'gitea', 'gogs', 'bitbucket', 'gitlab', 'agent'] }).notNull(),
    /** the sender's number of the delivery or, of an agent, the signature */
    delivery_id: text().notNull(),
    /**
     * SHA-256 of what is signed: a sender's number is not, so the same body under another number is a repeat too, but of
     * GitLab, which signs nothing and sends equal bodies for equal pushes
     */
    digest: text().notNull(),
    answer: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    expires_at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.delivery_id] }),
    index('webhook_deliveries_digest').on(t.source, t.digest),
    index('webhook_deliveries_expiry').on(t.expires_at),
  ],
);
