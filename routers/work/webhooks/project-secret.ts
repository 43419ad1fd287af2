import { createHmac } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { projects, transact } from '../../../db/index.ts';
import type { Context, Db } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getProjectOrThrow, type ProjectRow } from '../projects/project.ts';
import type { ProjectWebhook } from './schemas.ts';

/** Made of the product's secret and the number of rotations, so that the database holds nothing that signs. */
function deriveSecret(secret: string, { id, webhook_rotations }: ProjectRow): string {
  return createHmac('sha256', secret).update(`project/${id}/${webhook_rotations}`).digest('base64url');
}

/** The address and the secret for the webhook of a project. Throws NOT_FOUND. */
export function getProjectWebhook(
  ctx: UserContext,
  { project_id }: { project_id: number },
): z.infer<typeof ProjectWebhook> {
  return toWebhook(ctx, getProjectOrThrow(ctx.db, ctx.caller, project_id));
}

/** Replaces the secret; the previous one is invalid at once. Throws NOT_FOUND. */
export function rotateProjectWebhook(
  ctx: UserContext,
  { project_id }: { project_id: number },
): z.infer<typeof ProjectWebhook> {
  const row = transact(ctx.db, () => {
    const { id } = getProjectOrThrow(ctx.db, ctx.caller, project_id);
    return ctx.db
      .update(projects)
      .set({ webhook_rotations: sql`${projects.webhook_rotations} + 1` })
      .where(eq(projects.id, id))
      .returning()
      .get();
  });
  return toWebhook(ctx, row);
}

function toWebhook(ctx: Context, row: ProjectRow): z.infer<typeof ProjectWebhook> {
  return { path: `/webhooks/git/${row.id}`, secret: deriveSecret(ctx.settings.webhook_secret, row) };
}

/** The project of a webhook's address, with its secret. Throws SIGNATURE_INVALID for one that is not there. */
export function getSignedProject(
  { db, settings }: { db: Db; settings: Context['settings'] },
  id: string,
): { project: ProjectRow; secret: string } {
  const number = /^\d{1,15}$/.test(id) ? Number(id) : 0;
  const project = db.select().from(projects).where(eq(projects.id, number)).get();
  if (!project) throw new ApiError('SIGNATURE_INVALID');
  return { project, secret: deriveSecret(settings.webhook_secret, project) };
}
