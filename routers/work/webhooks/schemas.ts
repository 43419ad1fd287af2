import { z } from 'zod';

const Person = z.object({ email: z.string().nullish(), name: z.string().nullish() }).nullish();

const PushedCommit = z.object({
  id: z.string().regex(/^[0-9a-f]{7,64}$/i),
  message: z.string().nullish(),
  timestamp: z.string().nullish(),
  author: Person,
  committer: Person,
});

const text = z.string().nullish();
const Remotes = z
  .object({
    clone_url: text,
    ssh_url: text,
    html_url: text,
    git_url: text,
    git_http_url: text,
    git_ssh_url: text,
    web_url: text,
    url: text,
    full_name: text,
    path_with_namespace: text,
  })
  .nullish();

/** What GitHub, Gitea and GitLab have in common in a push, and the names by which each tells the repository. */
export const Push = z.object({
  ref: z.string().max(1000).meta({ example: 'refs/heads/main' }),
  after: text,
  deleted: z.boolean().nullish(),
  commits: z.array(PushedCommit).nullish(),
  repository: Remotes,
  project: Remotes,
});
export type Push = z.infer<typeof Push>;

export const GitReceipt = z.object({
  delivery_id: z.string().meta({ example: '72d3162e-cc78-11e3-81ab-4c9367dc0958' }),
  event: z.string().meta({ example: 'push' }),
  projects: z.array(z.int()).meta({ description: 'Those whose remote it is', example: [3] }),
  commits_stored: z.int().meta({ description: 'New ones, of all projects together', example: 2 }),
  jobs_created: z.array(z.int()).meta({ description: 'One scan for each project', example: [41] }),
});

export const AgentNews = z.object({
  event_type: z.string().trim().min(1).max(100).meta({ example: 'external_scan_complete' }),
  payload: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ example: { scan_id: 'scan-999', result: '...' } }),
});

export const AgentReceipt = z.object({ event_id: z.int().meta({ example: 4712 }) });
