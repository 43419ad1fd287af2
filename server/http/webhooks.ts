import { TRPCError } from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import type { z } from 'zod';
import type { Context } from '../../routers/core/context.ts';
import { invalid } from '../../routers/core/errors.ts';
import { limitIssues } from '../../routers/core/limit-issues.ts';
import { receiveAgentWebhook } from '../../routers/work/webhooks/agent.ts';
import { BitbucketPush } from '../../routers/work/webhooks/bitbucket.ts';
import { type ReceivedPushes, receiveGitWebhook } from '../../routers/work/webhooks/git.ts';
import { getSignedProject } from '../../routers/work/webhooks/project-secret.ts';
import {
  AgentWebhookInput,
  AgentWebhookReceipt,
  GitPush,
  GitWebhookOutput,
} from '../../routers/work/webhooks/schemas.ts';
import {
  type GitDelivery,
  sha256Hex,
  verifyAgentSignature,
  verifyDelivery,
} from '../../routers/work/webhooks/signature.ts';
import type { HonoEnv } from './context.ts';
import { toErrorResponse } from './error-response.ts';
import {
  type Call,
  type Codec,
  type HandlerOptions,
  type HttpOperation,
  handleRequest,
  runOperation,
} from './handle.ts';
import { jsonResponse } from './json-response.ts';
import type { PlainOperation } from './openapi-responses.ts';
import { parseJson } from './parse-json.ts';
import { isUrlEncodedType, JSON_LIMIT, readBytes } from './rest-input.ts';

type C = HonoContext<HonoEnv>;
/** Takes a delivery, from its headers and its bytes, and returns the receipt. */
type HeaderReader = (name: string) => string | undefined;
type Receiver = (ctx: Context, header: HeaderReader, raw: Uint8Array, project_id: string) => object;

/** GitHub's own limit for a delivery. */
const GIT_LIMIT = 25 * 1024 * 1024;

/** Webhooks are no procedures: a signature covers the bytes as they came, before anything has parsed them. */
export function mountWebhooks(options: HandlerOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  mountWebhook(app, '/webhooks/git', receiveGitPush, GIT_LIMIT, options);
  mountWebhook(app, '/webhooks/git/:project_id', receiveProjectPush, GIT_LIMIT, options);
  mountWebhook(app, '/webhooks/agent', receiveAgentNews, JSON_LIMIT, options);
  return app;
}

function mountWebhook(
  app: Hono<HonoEnv>,
  path: string,
  receive: Receiver,
  limit: number,
  options: HandlerOptions,
): void {
  const operation: HttpOperation<object> = {
    name: path,
    type: 'mutation',
    meta: { rest: { status: 202 } },
    run: (ctx, raw, c) =>
      receive(ctx, (name) => c.req.header(name), raw as Uint8Array, c.req.param('project_id') ?? ''),
  };
  const codec: Codec<object> = {
    operation: path,
    read: (c) => readBytes(c, limit),
    encode: (c, ctx, receipt) => jsonResponse(c, receipt, 202, ctx.http?.response.headers ?? []),
    encodeError: (c, ctx, error) => toErrorResponse(c, ctx, error),
  };
  const run = (c: C, ctx: Context, call: Call) => runOperation(operation, c, ctx, codec, call);
  app.post(path, (c) => handleRequest(c, options, codec, run));
}

const receiveGitPush: Receiver = (ctx, header, raw) =>
  receiveDelivery(ctx, header, raw, { secret: ctx.settings.webhook_secret, project: null });

const receiveProjectPush: Receiver = (ctx, header, raw, project_id) =>
  receiveDelivery(ctx, header, raw, getSignedProject(ctx, project_id));

function receiveDelivery(
  ctx: Context,
  header: HeaderReader,
  raw: Uint8Array,
  { secret, project }: { secret: string; project: ReceivedPushes['project'] },
): object {
  const delivery = verifyDelivery(secret, header, raw);
  const body = parseObject(toPayload(raw, header('content-type')));
  const pushes = toPushes(delivery, body);
  return receiveGitWebhook(ctx, { ...delivery, digest: sha256Hex(raw), pushes, project });
}

/** The pushes of a delivery; null when it is something else. */
function toPushes({ host, event }: GitDelivery, body: object): GitPush[] | null {
  if (host === 'bitbucket') {
    return event === 'repo:push' || event === 'repo:refs_changed' ? parseWith(BitbucketPush, body) : null;
  }
  // Of a sender without a header that names the event, and of GitLab's system hooks, the body says what it is.
  if (event === null) return 'ref' in body && 'commits' in body ? [parseWith(GitPush, body)] : null;
  const name = event === 'system' && 'event_name' in body ? body.event_name : event;
  return name === 'push' ? [parseWith(GitPush, body)] : null;
}

const receiveAgentNews: Receiver = (ctx, header, raw) => {
  const signature = verifyAgentSignature(ctx.settings.webhook_secret, header, raw, ctx.clock.now());
  return receiveAgentWebhook(ctx, signature, parseWith(AgentWebhookInput, parseObject(decodeText(raw))));
};

/** GitHub's first choice is a form with the JSON in a field. */
function toPayload(raw: Uint8Array, type: string | undefined): string {
  const text = decodeText(raw);
  return isUrlEncodedType(type) ? (new URLSearchParams(text).get('payload') ?? '') : text;
}

/** Some senders put a byte order mark before their JSON. Throws INVALID_INPUT for bytes that are not UTF-8. */
function decodeText(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    throw invalid('', '본문이 UTF-8이 아닙니다', 'The body is not UTF-8');
  }
}

function parseObject(text: string): object {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null) return value;
  throw invalid('', '본문이 올바른 JSON이 아닙니다', 'The body is not valid JSON');
}

function parseWith<S extends z.ZodType>(schema: S, body: object): z.output<S> {
  limitIssues(schema);
  const result = schema.safeParse(body);
  if (!result.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: result.error });
  return result.data;
}

const header = (name: string, description: string, example?: string) => ({
  name,
  in: 'header',
  description,
  required: example !== undefined,
  schema: { type: 'string' },
  ...(example === undefined ? {} : { example }),
});

const SIGNATURES = [
  header('X-Hub-Signature-256', 'GitHub: `sha256=` and the HMAC-SHA256 of the body, hex'),
  header('X-Gitea-Signature', 'Gitea and Forgejo: the HMAC-SHA256 of the body, hex'),
  header('X-Gogs-Signature', 'Gogs: the HMAC-SHA256 of the body, hex'),
  header('X-Hub-Signature', 'Bitbucket: `sha256=` and the HMAC-SHA256 of the body, hex'),
  header('X-Gitlab-Token', 'GitLab: the secret'),
];

const WEBHOOK = {
  tags: ['Webhooks'],
  security: [],
  status: 202,
  binary_types: [],
  errors: ['SIGNATURE_INVALID'],
} satisfies Partial<PlainOperation>;

/** The operations, for the OpenAPI document. */
export const WEBHOOKS: readonly PlainOperation[] = [
  {
    ...WEBHOOK,
    path: '/webhooks/git',
    operationId: 'webhooks.git',
    summary: 'A push, told by a Git server',
    description:
      'GitHub, Gitea, Gogs, GitLab and Bitbucket, signed with the secret of the product. A push of a branch stores its ' +
      'commits in the project that had that remote first, and in those of administrators, and queues one `git_scan` of ' +
      'each. A delivery that comes again changes nothing; one that no project took is read again.',
    input: GitPush,
    output: GitWebhookOutput,
    parameters: SIGNATURES,
  },
  {
    ...WEBHOOK,
    path: '/webhooks/git/{project_id}',
    operationId: 'webhooks.project',
    summary: 'A push to one project, told by a Git server',
    description:
      'As `/webhooks/git`, signed with the secret of the project (`GET /projects/{project_id}/webhook`).',
    input: GitPush,
    output: GitWebhookOutput,
    parameters: [
      {
        name: 'project_id',
        in: 'path',
        required: true,
        schema: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        example: 3,
      },
      ...SIGNATURES,
    ],
  },
  {
    ...WEBHOOK,
    path: '/webhooks/agent',
    operationId: 'webhooks.agent',
    summary: 'What an agent outside tells',
    description:
      'Goes to the user whom `payload.user_id` names, else to the administrators. The same signature again tells ' +
      'nothing twice.',
    input: AgentWebhookInput,
    output: AgentWebhookReceipt,
    parameters: [
      header('X-Flash-Timestamp', 'Unix seconds, within 5 minutes', '1761568496'),
      header(
        'X-Flash-Signature-256',
        '`sha256=` and the HMAC-SHA256 of `<timestamp>.<body>`, hex',
        `sha256=${'0'.repeat(64)}`,
      ),
    ],
  },
];
