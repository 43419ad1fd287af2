import { z } from 'zod';
import { FreeObject } from '../../core/free-form.ts';
import { TrimmedText } from '../../core/wire-types.ts';

const OptionalText = z.string().max(4096).nullish();
const GitPerson = z.object({ email: OptionalText, name: OptionalText }).nullish();

const PushedCommit = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/i)
    .meta({ maxLength: 64 }),
  message: z.string().max(1_000_000).nullish(),
  timestamp: OptionalText,
  author: GitPerson,
  committer: GitPerson,
});

const RemoteUrls = z
  .object({
    clone_url: OptionalText,
    ssh_url: OptionalText,
    html_url: OptionalText,
    git_url: OptionalText,
    git_http_url: OptionalText,
    git_ssh_url: OptionalText,
    web_url: OptionalText,
    url: OptionalText,
    full_name: OptionalText,
    path_with_namespace: OptionalText,
  })
  .nullish();

/** The fields of a push that GitHub, Gitea, Gogs and GitLab share, and the addresses of the repository in each. */
export const GitPush = z.object({
  ref: z.string().max(1000).meta({ example: 'refs/heads/main' }),
  after: OptionalText,
  deleted: z.boolean().nullish(),
  commits: z.array(PushedCommit).max(10_000).nullish(),
  repository: RemoteUrls,
  project: RemoteUrls,
});
export type GitPush = z.infer<typeof GitPush>;

export const GitWebhookOutput = z.object({
  delivery_id: z.string().meta({ example: '72d3162e-cc78-11e3-81ab-4c9367dc0958' }),
  event: z.string().meta({ example: 'push' }),
  projects: z.array(z.int()).meta({ description: 'Those that took the push', example: [3] }),
  commits_stored: z.int().meta({ description: 'New ones, of all projects together', example: 2 }),
  jobs_created: z.array(z.int()).meta({ description: 'One scan for each project', example: [41] }),
});

export const ProjectWebhook = z
  .object({
    path: z
      .string()
      .meta({ description: 'Where the Git server sends its deliveries', example: '/webhooks/git/3' }),
    secret: z.string().meta({ description: 'What it signs them with', example: 'q3V0…' }),
  })
  .meta({ id: 'ProjectWebhook' });

export const AgentWebhookInput = z.object({
  event_type: TrimmedText(100).meta({ example: 'external_scan_complete' }),
  payload: FreeObject.default({}).meta({ example: { scan_id: 'scan-999', result: '...' } }),
});

export const AgentWebhookReceipt = z.object({ event_id: z.int().meta({ example: 4712 }) });
