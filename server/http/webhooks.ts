import { TRPCError } from '@trpc/server';
import { Hono, type Context as HonoContext } from 'hono';
import type { z } from 'zod';
import type { Context } from '../../routers/core/context.ts';
import { ApiError, invalid } from '../../routers/core/errors.ts';
import { receiveAgent } from '../../routers/work/webhooks/agent.ts';
import { receiveGit } from '../../routers/work/webhooks/git.ts';
import { AgentNews, AgentReceipt, GitReceipt, Push } from '../../routers/work/webhooks/schemas.ts';
import { sha256, verifyDelivery, verifySignature } from '../../routers/work/webhooks/signature.ts';
import { type HonoEnv, operationName } from './context.ts';
import { parseJson } from './parse-json.ts';
import { type RestOptions, toErrorResponse } from './rest.ts';
import { JSON_LIMIT, readBytes } from './rest-input.ts';

type C = HonoContext<HonoEnv>;
type Take = (ctx: Context, header: (name: string) => string | undefined, raw: Uint8Array) => object;

/** Webhooks are no procedures: what is signed is the bytes as they came, before anything has read them. */
export function mountWebhooks(options: RestOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  for (const [path, take] of [['/webhooks/git', takeGit] as const, ['/webhooks/agent', takeAgent] as const]) {
    app.use(path, operationName(path));
    app.post(path, (c) => receive(c, options, take));
    app.all(path, (c) => {
      c.header('Allow', 'POST');
      throw new ApiError('METHOD_NOT_ALLOWED');
    });
  }
  return app;
}

async function receive(c: C, options: RestOptions, take: Take): Promise<Response> {
  const ctx = await options.context(c);
  try {
    ctx.consume('general');
    const raw = await readBytes(c, JSON_LIMIT);
    const answer = take(ctx, (name) => c.req.header(name), raw);
    for (const [name, value] of ctx.http?.response.headers ?? []) c.header(name, value);
    return c.json(answer, 202);
  } catch (error) {
    options.onError(error as Error, c);
    return toErrorResponse(c, ctx, error);
  }
}

const takeGit: Take = (ctx, header, raw) => {
  const delivery = verifyDelivery(ctx.settings.webhook_secret, header, raw);
  const body = parsed(payloadOf(raw, header('content-type')));
  // A sender without a header that names the event tells by what the body holds.
  const isPush = delivery.event === null ? 'ref' in body && 'commits' in body : delivery.event === 'push';
  return receiveGit(ctx, delivery, sha256(raw), isPush ? fitting(Push, body) : null);
};

const takeAgent: Take = (ctx, header, raw) => {
  const signature = verifySignature(ctx.settings.webhook_secret, header, raw, ctx.clock.now());
  return receiveAgent(ctx, signature, fitting(AgentNews, parsed(Buffer.from(raw).toString())));
};

/** GitHub's first choice is a form with the JSON in a field. */
function payloadOf(raw: Uint8Array, type: string | undefined): string {
  const text = Buffer.from(raw).toString();
  const form = /^application\/x-www-form-urlencoded\b/i.test(type ?? '');
  return form ? (new URLSearchParams(text).get('payload') ?? '') : text;
}

function parsed(text: string): object {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null) return value;
  throw invalid('', '본문이 올바른 JSON이 아닙니다', 'The body is not valid JSON');
}

function fitting<S extends z.ZodType>(schema: S, body: object): z.output<S> {
  const found = schema.safeParse(body);
  if (!found.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: found.error });
  return found.data;
}

const header = (name: string, description: string, example?: string) => ({
  name,
  in: 'header',
  description,
  required: example !== undefined,
  schema: { type: 'string' },
  ...(example === undefined ? {} : { example }),
});

/** The two operations as the document tells them. */
export const WEBHOOKS = [
  {
    path: '/webhooks/git',
    operationId: 'webhooks.git',
    summary: 'A push, told by a Git server',
    description:
      'GitHub, Gitea and GitLab. A push of a branch stores its commits in every project with that remote and queues ' +
      'one `git_scan` of each. A delivery that comes again changes nothing.',
    input: Push,
    output: GitReceipt,
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
    input: AgentNews,
    output: AgentReceipt,
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
