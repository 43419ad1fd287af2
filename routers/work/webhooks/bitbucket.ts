import { z } from 'zod';
import { toIso } from '../../core/wire-types.ts';
import { GitPush } from './schemas.ts';

const Text = z.string().max(4096).nullish();
const Href = z.object({ href: Text }).nullish();

const Repository = z.object({
  full_name: Text,
  slug: Text,
  project: z.object({ key: Text }).nullish(),
  links: z
    .object({
      html: Href,
      clone: z
        .array(z.object({ href: Text }))
        .max(20)
        .nullish(),
    })
    .nullish(),
});

const CloudCommit = z.object({
  hash: z.string().max(64),
  message: z.string().max(1_000_000).nullish(),
  date: Text,
  author: z.object({ raw: Text }).nullish(),
});
const Branch = z.object({ type: Text, name: Text, target: z.object({ hash: Text }).nullish() }).nullish();

/** `repo:push` of Bitbucket Cloud. */
const CloudPush = z.object({
  push: z.object({
    changes: z
      .array(z.object({ new: Branch, old: Branch, commits: z.array(CloudCommit).max(10_000).nullish() }))
      .max(1000),
  }),
  repository: Repository,
});

const ServerCommit = z.object({
  id: z.string().max(64),
  message: z.string().max(1_000_000).nullish(),
  authorTimestamp: z.number().nullish(),
  author: z.object({ emailAddress: Text }).nullish(),
});

/** `repo:refs_changed` of Bitbucket Data Center. */
const ServerPush = z.object({
  changes: z
    .array(z.object({ ref: z.object({ id: z.string().max(1000) }), toHash: Text, type: Text }))
    .max(1000),
  commits: z.array(ServerCommit).max(10_000).nullish(),
  repository: Repository,
});

/** A delivery of Bitbucket as pushes of one branch each. */
export const BitbucketPush = z.union([CloudPush.transform(fromCloud), ServerPush.transform(fromServer)]);

function fromCloud({ push, repository }: z.output<typeof CloudPush>): GitPush[] {
  return push.changes.map((change) => {
    const branch = change.new ?? change.old;
    const kind = branch?.type === 'branch' || branch?.type === 'named_branch' ? 'heads' : 'tags';
    return GitPush.parse({
      ref: `refs/${kind}/${branch?.name ?? ''}`,
      after: change.new?.target?.hash,
      deleted: !change.new,
      repository: toRepository(repository),
      commits: change.commits?.map(({ hash, message, date, author }) => ({
        id: hash,
        message,
        timestamp: date,
        author: { email: /<([^<>]*)>\s*$/.exec(author?.raw ?? '')?.[1] },
      })),
    });
  });
}

function fromServer({ changes, commits, repository }: z.output<typeof ServerPush>): GitPush[] {
  return changes.map(({ ref, toHash, type }, i) =>
    GitPush.parse({
      ref: ref.id,
      after: toHash,
      deleted: type === 'DELETE',
      repository: toRepository(repository),
      // The commits of a delivery are not told apart by branch.
      commits: (i === 0 ? (commits ?? []) : []).map(({ id, message, authorTimestamp, author }) => ({
        id,
        message,
        timestamp: authorTimestamp ? toIso(authorTimestamp) : null,
        author: { email: author?.emailAddress },
      })),
    }),
  );
}

function toRepository({ full_name, slug, project, links }: z.output<typeof Repository>) {
  const [clone_url, ssh_url] = (links?.clone ?? []).map(({ href }) => href);
  const name = full_name ?? (project?.key && slug ? `${project.key}/${slug}` : null);
  return { full_name: name, html_url: links?.html?.href, clone_url, ssh_url };
}
