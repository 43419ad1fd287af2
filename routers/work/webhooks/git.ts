import { inArray, like } from 'drizzle-orm';
import type { z } from 'zod';
import { projects } from '../../../db/index.ts';
import type { Context, Db } from '../../core/context.ts';
import { parseInstant } from '../../core/instant.ts';
import { storeCommit } from '../git/commits.ts';
import { toRemoteKey } from '../git/remote.ts';
import { queueJob } from '../jobs/create.ts';
import { notifyJobAvailable } from '../jobs/job-signal.ts';
import type { ProjectRow } from '../projects/project.ts';
import { processOnce } from './deduplicate-delivery.ts';
import type { GitPush, GitWebhookOutput } from './schemas.ts';
import type { GitDelivery } from './signature.ts';

type GitWebhookReceipt = z.infer<typeof GitWebhookOutput>;

/**
 * Handles a Git server's delivery, whose signature is verified. A push of a branch stores its commits in every project
 * with that remote, queues a scan of each, and notifies their owners. Anything else is only acknowledged.
 *
 * @param push null when the delivery is not a push
 */
export function receiveGitWebhook(
  ctx: Context,
  delivery: GitDelivery,
  digest: string,
  push: GitPush | null,
): GitWebhookReceipt {
  const delivery_id = delivery.id ?? digest;
  const event = push ? 'push' : (delivery.event ?? 'unknown');
  const empty: GitWebhookReceipt = { delivery_id, event, projects: [], commits_stored: 0, jobs_created: [] };
  const owners = new Set<number>();
  const receipt = processOnce(ctx, { source: delivery.host, delivery_id, digest }, () => {
    if (!push?.ref.startsWith('refs/heads/')) return empty;
    const result = { ...empty, projects: [] as number[], jobs_created: [] as number[] };
    for (const project of listProjectsByRemote(ctx.db, push)) {
      owners.add(project.user_id);
      result.projects.push(project.id);
      result.commits_stored += storeCommits(ctx, project, push);
      // A deleted branch has nothing to scan.
      if (!isDeletion(push)) result.jobs_created.push(queueScanJob(ctx, project, push));
    }
    return result;
  });
  for (const owner of owners) notifyJobAvailable(ctx, owner);
  return receipt;
}

function storeCommits(ctx: Context, project: ProjectRow, { ref, after, commits }: GitPush): number {
  let stored = 0;
  for (const { id, message, timestamp, author, committer } of commits ?? []) {
    const { created } = storeCommit(ctx, project, {
      commit_hash: id.toLowerCase(),
      author_email: author?.email ?? committer?.email ?? '',
      message: message ?? '',
      // Git lets people write any date, which is no reason to lose their push.
      timestamp: parseInstant(timestamp ?? '') ?? ctx.clock.now(),
    });
    if (created) stored++;
  }
  const payload = { project_id: project.id, ref, commits: stored, after: after ?? null };
  ctx.emit({ type: 'repository.pushed', principal_id: project.user_id, payload });
  return stored;
}

function queueScanJob(ctx: Context, project: ProjectRow, { ref, after }: GitPush): number {
  const payload = { trigger: 'push', ref, commit_hash: after ?? null };
  return queueJob(ctx, project, { job_type: 'git_scan', payload }).id;
}

/** The projects of all users that have one of the remotes of a push. */
function listProjectsByRemote(db: Db, { repository, project }: GitPush): ProjectRow[] {
  const { full_name, path_with_namespace, ...urls } = { ...repository, ...project };
  const keys = Object.values(urls).flatMap((url) => (url ? (toRemoteKey(url) ?? []) : []));
  if (keys.length > 0) {
    return db.select().from(projects).where(inArray(projects.remote_key, keys)).orderBy(projects.id).all();
  }
  // Senders without an address send the owner and the name.
  const name = full_name ?? path_with_namespace;
  if (!name?.includes('/')) return [];
  const suffix = `/${name}`.toLowerCase();
  return db
    .select()
    .from(projects)
    .where(like(projects.remote_key, `%${suffix.replace(/[%_]/g, '_')}`))
    .orderBy(projects.id)
    .all()
    .filter(({ remote_key }) => remote_key?.toLowerCase().endsWith(suffix));
}

function isDeletion({ deleted, after }: GitPush): boolean {
  return deleted === true || /^0+$/.test(after ?? '');
}
