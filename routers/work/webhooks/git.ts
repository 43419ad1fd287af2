import { asc, eq, inArray, like, or, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { projects, users } from '../../../db/index.ts';
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

export interface ReceivedPushes extends GitDelivery {
  /** SHA-256 of the signed body */
  digest: string;
  /** one for each branch; null when the delivery is not a push */
  pushes: GitPush[] | null;
  /** the project whose secret signed the delivery; null when it was the product's */
  project: ProjectRow | null;
}

/**
 * Handles a Git server's delivery, whose signature is verified. A push of a branch stores its commits in the project
 * whose secret signed it, else in those with that remote, queues a scan of each, and notifies their owners. Anything
 * else is only acknowledged.
 */
export function receiveGitWebhook(ctx: Context, delivery: ReceivedPushes): GitWebhookReceipt {
  const { pushes, project, digest } = delivery;
  const delivery_id = delivery.id ?? digest;
  const event = pushes ? 'push' : (delivery.event ?? 'unknown');
  const receipt: GitWebhookReceipt = {
    delivery_id,
    event,
    projects: [],
    commits_stored: 0,
    jobs_created: [],
  };
  const owners = new Set<number>();
  const work = () => {
    for (const push of pushes ?? []) {
      if (!push.ref.startsWith('refs/heads/')) continue;
      for (const target of project ? [project] : listProjectsByRemote(ctx.db, push)) {
        owners.add(target.user_id);
        if (!receipt.projects.includes(target.id)) receipt.projects.push(target.id);
        // A project's own secret is known to its owner, so it proves nothing about a commit.
        receipt.commits_stored += storeCommits(ctx, target, push, project === null);
        // A deleted branch has nothing to scan.
        if (!isDeletion(push)) receipt.jobs_created.push(queueScanJob(ctx, target, push));
      }
    }
    return receipt;
  };
  const answer = processOnce(ctx, toIncomingDelivery(delivery, delivery_id), work, isProcessed);
  for (const owner of owners) notifyJobAvailable(ctx, owner);
  return answer;
}

/** Each project's deliveries are its own: those of two webhooks of one repository have equal bodies. */
function toIncomingDelivery({ host, id, digest, project }: ReceivedPushes, delivery_id: string) {
  const scope = project ? `${project.id}:` : '';
  const is_body_signed = host !== 'gitlab' || id === null;
  return {
    source: host,
    delivery_id: scope + delivery_id,
    digest: scope + (is_body_signed ? digest : `${delivery_id}:${digest}`),
  };
}

/** A push that no project took is processed when it comes again, since the project may be registered by then. */
function isProcessed({ event, projects }: GitWebhookReceipt): boolean {
  return event !== 'push' || projects.length > 0;
}

function storeCommits(
  ctx: Context,
  project: ProjectRow,
  { ref, after, commits }: GitPush,
  is_verified: boolean,
): number {
  let stored = 0;
  for (const { id, message, timestamp, author, committer } of commits ?? []) {
    const { created } = storeCommit(ctx, project, {
      commit_hash: id.toLowerCase(),
      author_email: author?.email ?? committer?.email ?? '',
      message: message ?? '',
      // Git lets people write any date, which is no reason to lose their push.
      timestamp: parseInstant(timestamp ?? '') ?? ctx.clock.now(),
      is_verified,
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

/**
 * The projects that have one of the remotes of a push: the one that was first, and those of administrators. Nothing
 * proves that a remote is the one's who names it, so nobody gets the pushes of a repository by naming it too.
 */
function listProjectsByRemote(db: Db, { repository, project }: GitPush): ProjectRow[] {
  const { full_name, path_with_namespace, ...urls } = { ...repository, ...project };
  const keys = Object.values(urls).flatMap((url) => (url ? (toRemoteKey(url) ?? []) : []));
  if (keys.length > 0) {
    const folded = keys.map((key) => sql`lower(${key})`);
    const found = listByFirst(db, inArray(sql`lower(${projects.remote_key})`, folded));
    const exact = found.filter(({ row }) => keys.includes(row.remote_key ?? ''));
    return toEntitled(exact.length > 0 ? exact : found);
  }
  // Senders without an address send the owner and the name.
  const name = full_name ?? path_with_namespace;
  if (!name?.includes('/')) return [];
  const suffix = `/${name}`.toLowerCase();
  const found = listByFirst(db, or(like(projects.remote_key, `%${suffix.replace(/[%_]/g, '_')}`)));
  return toEntitled(found.filter(({ row }) => row.remote_key?.toLowerCase().endsWith(suffix)));
}

interface Candidate {
  row: ProjectRow;
  role: 'user' | 'admin';
}

function listByFirst(db: Db, where: SQL | undefined): Candidate[] {
  return db
    .select({ row: projects, role: users.role })
    .from(projects)
    .innerJoin(users, eq(users.id, projects.user_id))
    .where(where)
    .orderBy(asc(sql`coalesce(${projects.remote_since}, ${projects.created_at})`), asc(projects.id))
    .all();
}

function toEntitled(candidates: readonly Candidate[]): ProjectRow[] {
  return candidates.filter(({ role }, i) => i === 0 || role === 'admin').map(({ row }) => row);
}

function isDeletion({ deleted, after }: GitPush): boolean {
  return deleted === true || /^0+$/.test(after ?? '');
}
