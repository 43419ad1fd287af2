import { TRPCError } from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import type { z } from 'zod';
import type { Context } from '../../routers/core/context.ts';
import { invalid } from '../../routers/core/errors.ts';
import { limitIssues } from '../../routers/core/limit-issues.ts';
import { receiveAgentWebhook } from '../../routers/work/webhooks/agent.ts';
import { receiveGitWebhook } from '../../routers/work/webhooks/git.ts';
import {
  AgentWebhookInput,
  AgentWebhookReceipt,
  GitPush,
  GitWebhookOutput,
} from '../../routers/work/webhooks/schemas.ts';
import { sha256Hex, verifyAgentSignature, verifyDelivery } from '../../routers/work/webhooks/signature.ts';
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
import { parseJson } from './parse-json.ts';
import { isUrlEncodedType, JSON_LIMIT, readBytes } from './rest-input.ts';

type C = HonoContext<HonoEnv>;
/** Takes a delivery, from its headers and its bytes, and returns the receipt. */
type Receiver = (ctx: Context, header: (name: string) => string | undefined, raw: Uint8Array) => object;

/** Webhooks are no procedures: a signature covers the bytes as they came, before anything has parsed them. */
export function mountWebhooks(options: HandlerOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  mountWebhook(app, '/webhooks/git', receiveGitPush, options);
  mountWebhook(app, '/webhooks/agent', receiveAgentNews, options);
  return app;
}

function mountWebhook(app: Hono<HonoEnv>, path: string, receive: Receiver, options: HandlerOptions): void {
  const operation: HttpOperation<object> = {
    name: path,
    type: 'mutation',
    meta: { rest: { status: 202 } },
    run: (ctx, raw, c) => receive(ctx, (name) => c.req.header(name), raw as Uint8Array),
  };
  const codec: Codec<object> = {
    operation: path,
    read: (c) => readBytes(c, JSON_LIMIT),
    encode: (c, ctx, receipt) => jsonResponse(c, receipt, 202, ctx.http?.response.headers ?? []),
    encodeError: (c, ctx, error) => toErrorResponse(c, ctx, error),
  };
  const run = (c: C, ctx: Context, call: Call) => runOperation(operation, c, ctx, codec, call);
  app.post(path, (c) => handleRequest(c, options, codec, run));
}

const receiveGitPush: Receiver = (ctx, header, raw) => {
  const delivery = verifyDelivery(ctx.settings.webhook_secret, header, raw);
  const body = parseObject(toPayload(raw, header('content-type')));
  // Of a sender without a header that names the event, the fields of the body say it.
  const isPush = delivery.event === null ? 'ref' in body && 'commits' in body : delivery.event === 'push';
  return receiveGitWebhook(ctx, delivery, sha256Hex(raw), isPush ? parseWith(GitPush, body) : null);
};

const receiveAgentNews: Receiver = (ctx, header, raw) => {
  const signature = verifyAgentSignature(ctx.settings.webhook_secret, header, raw, ctx.clock.now());
  return receiveAgentWebhook(
    ctx,
    signature,
    parseWith(AgentWebhookInput, parseObject(Buffer.from(raw).toString())),
  );
};

/** GitHub's first choice is a form with the JSON in a field. */
function toPayload(raw: Uint8Array, type: string | undefined): string {
  const text = Buffer.from(raw).toString();
  return isUrlEncodedType(type) ? (new URLSearchParams(text).get('payload') ?? '') : text;
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

/** The two operations, for the OpenAPI document. */
export const WEBHOOKS = [
  {
    path: '/webhooks/git',
    operationId: 'webhooks.git',
    summary: 'A push, told by a Git server',
    description:
      'GitHub, Gitea and GitLab. A push of a branch stores its commits in every project with that remote and queues ' +
      'one `git_scan` of each. A delivery that comes again changes nothing.',
    input: GitPush,
    output: GitWebhookOutput,
    parameters: [
      header('X-Hub-Signature-256', 'GitHub: `sha256=` and the HMAC-SHA256 of the body, hex'),
      header('X-Gitea-Signature', 'Gitea: the HMAC-SHA256 of the body, hex'),
      header('X-Gitlab-Token', 'GitLab: the secret'),
    ],
  },
  {
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
] as const;
