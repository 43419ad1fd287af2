import { and, count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { readme_drafts, transact } from '../../../db/index.ts';
import type { Db } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { getProjectOrThrow } from '../projects/project.ts';
import type { GetReadmeInput, Readme, SaveReadmeInput } from './schemas.ts';

type DraftRow = typeof readme_drafts.$inferSelect;

/** Stores a draft under its version, replacing an earlier one. Throws NOT_FOUND. */
export function saveReadme(ctx: KeyContext, input: z.output<typeof SaveReadmeInput>): z.infer<typeof Readme> {
  return transact(ctx.db, () => {
    const project = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
    const version = input.version ?? nextVersion(ctx.db, project.id);
    const now = ctx.clock.now();
    const row = ctx.db
      .insert(readme_drafts)
      .values({
        project_id: project.id,
        version,
        content: input.content,
        created_at: now,
        updated_at: now,
      })
      .onConflictDoUpdate({
        target: [readme_drafts.project_id, readme_drafts.version],
        set: { content: input.content, updated_at: now },
      })
      .returning()
      .get();
    const payload = { project_id: project.id, version };
    ctx.emit({ type: 'readme.saved', principal_id: project.user_id, payload });
    return toReadme(ctx.db, row);
  });
}

function nextVersion(db: Db, project_id: number): string {
  const inProject = eq(readme_drafts.project_id, project_id);
  let n = (db.select({ n: count() }).from(readme_drafts).where(inProject).get()?.n ?? 0) + 1;
  while (findDraft(db, project_id, `draft_v${n}`)) n++;
  return `draft_v${n}`;
}

function findDraft(db: Db, project_id: number, version: string | undefined): DraftRow | undefined {
  return db
    .select()
    .from(readme_drafts)
    .where(
      and(
        eq(readme_drafts.project_id, project_id),
        version === undefined ? undefined : eq(readme_drafts.version, version),
      ),
    )
    .orderBy(desc(readme_drafts.updated_at), desc(readme_drafts.id))
    .limit(1)
    .get();
}

/** A draft of the README; the last written unless a version is given. Throws NOT_FOUND. */
export function getReadme(ctx: KeyContext, input: z.output<typeof GetReadmeInput>): z.infer<typeof Readme> {
  const project = getProjectOrThrow(ctx.db, ctx.caller, input.project_id);
  const row = findDraft(ctx.db, project.id, input.version);
  if (!row) throw new ApiError('NOT_FOUND');
  return toReadme(ctx.db, row);
}

function toReadme(db: Db, { created_at, updated_at, ...row }: DraftRow): z.infer<typeof Readme> {
  const versions = db
    .select({ version: readme_drafts.version })
    .from(readme_drafts)
    .where(eq(readme_drafts.project_id, row.project_id))
    .orderBy(desc(readme_drafts.updated_at), desc(readme_drafts.id))
    .all()
    .map(({ version }) => version);
  return { ...row, created_at: toIso(created_at), updated_at: toIso(updated_at), versions };
}
