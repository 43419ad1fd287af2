import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { jwtVerify } from 'jose/jwt/verify';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../routers/core/context.ts';
import { type ApnsOptions, ApnsSender } from '../../routers/inbox/push/apns.ts';
import { type FcmOptions, FcmSender } from '../../routers/inbox/push/fcm.ts';

/** What a server is told to answer next; `hang`: nothing, ever. */
export interface Scripted {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}
type Script = (Scripted | 'hang' | 'ok')[];

async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const pem = { type: 'pkcs8', format: 'pem' } as const;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export interface FcmPush {
  token: string;
  notification: { title: string; body: string };
  data: Record<string, string>;
  android: { priority: string; ttl: string; notification: { tag: string } };
}

/** Google's token endpoint and FCM's v1 API, as far as a sender meets them. It checks what it is shown. */
export async function localFcm(clock: Clock) {
  const received: FcmPush[] = [];
  const script: Script = [];
  const granted = new Set<string>();
  let exchanges = 0;

  async function grant(body: string): Promise<Scripted> {
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return { status: 400 };
    const { payload, protectedHeader } = await jwtVerify(
      form.get('assertion') ?? '',
      createPublicKey(rsa.privateKey),
      {
        issuer: account.client_email,
        audience: account.token_uri,
        algorithms: ['RS256'],
        currentDate: new Date(clock.now()),
      },
    );
    const right =
      payload.scope === 'https://www.googleapis.com/auth/firebase.messaging' && protectedHeader.kid === 'k1';
    if (!right) return { status: 400, body: { error: 'invalid_scope' } };
    exchanges++;
    const access_token = randomUUID();
    granted.add(access_token);
    return { status: 200, body: { access_token, expires_in: 3600, token_type: 'Bearer' } };
  }

  function send(headers: IncomingHttpHeaders, body: string): Scripted | 'hang' {
    if (!granted.has(headers.authorization?.replace('Bearer ', '') ?? '')) {
      return { status: 401, body: { error: { code: 401, status: 'UNAUTHENTICATED' } } };
    }
    received.push(JSON.parse(body).message);
    const next = script.shift() ?? 'ok';
    return next === 'ok' ? { status: 200, body: { name: 'projects/demo/messages/1' } } : next;
  }

  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer =
      request.url === '/token'
        ? await grant(body).catch(() => ({ status: 400, body: { error: 'invalid_grant' } }) as Scripted)
        : request.url === '/v1/projects/demo/messages:send'
          ? send(request.headers, body)
          : { status: 404 };
    if (answer === 'hang') return;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body ?? {}));
  });
  const port = await listen(server);
  const at = `http://127.0.0.1:${port}`;
  const account = {
    project_id: 'demo',
    client_email: 'push@demo.example',
    private_key: rsa.privateKey.export(pem).toString(),
    private_key_id: 'k1',
    token_uri: `${at}/token`,
  };
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => void (await close()));
  return {
    account,
    url: at,
    received,
    script,
    exchanges: () => exchanges,
    /** every token it gave is worth nothing any more */
    revoke: () => granted.clear(),
    down: close,
    up: () => listen(server, port),
    sender: (options: Partial<FcmOptions> = {}) => new FcmSender({ account, url: at, clock, ...options }),
  };
}

export interface ApnsPush {
  token: string;
  headers: IncomingHttpHeaders;
  body: { aps: { alert: { title: string; body: string } } } & Record<string, unknown>;
}

/** APNs over HTTP/2 without TLS. It checks the provider token, how old it is, and that it is not one it refused. */
export async function localApns(clock: Clock) {
  const received: ApnsPush[] = [];
  const script: Script = [];
  const sessions = new Set<ServerHttp2Session>();
  const shown = new Set<string>();
  const expired = new Set<string>();
  let connections = 0;

  async function refusal(authorization: string): Promise<Scripted | null> {
    const now = clock.now();
    try {
      const { payload, protectedHeader } = await jwtVerify(
        authorization.replace(/^bearer /, ''),
        createPublicKey(p256.privateKey),
        { issuer: 'TEAM123456', algorithms: ['ES256'] },
      );
      if (protectedHeader.kid !== 'KEY1234567') throw new Error('unknown key');
      const age = now / 1000 - (payload.iat ?? 0);
      shown.add(authorization);
      return age > 3600 || expired.has(authorization)
        ? { status: 403, body: { reason: 'ExpiredProviderToken' } }
        : null;
    } catch {
      return { status: 403, body: { reason: 'InvalidProviderToken' } };
    }
  }

  const server = createHttp2Server();
  server.on('session', (session) => {
    connections++;
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => {});
  });
  server.on('stream', async (stream, headers) => {
    stream.on('error', () => {});
    let body = '';
    for await (const chunk of stream) body += chunk;
    let next = (await refusal(String(headers.authorization))) ?? null;
    if (!next) {
      const token = String(headers[':path']).replace('/3/device/', '');
      received.push({ token, headers: headers as IncomingHttpHeaders, body: JSON.parse(body) });
      const scripted = script.shift() ?? 'ok';
      if (scripted === 'hang') return;
      next = scripted === 'ok' ? { status: 200 } : scripted;
    }
    if (stream.destroyed) return;
    stream.respond({ ':status': next.status, 'apns-id': String(headers['apns-id']), ...next.headers });
    stream.end(next.body ? JSON.stringify(next.body) : '');
  });
  const port = await listen(server);
  const drop = () => {
    for (const session of sessions) session.destroy();
  };
  const down = () => {
    drop();
    return new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => void (await down()));
  return {
    received,
    script,
    connections: () => connections,
    /** the provider tokens it has seen */
    shown,
    expire: () => {
      for (const token of shown) expired.add(token);
    },
    goAway: () => {
      for (const session of sessions) session.goaway();
    },
    drop,
    down,
    up: () => listen(server, port),
    key: p256.privateKey.export(pem).toString(),
    sender(options: Partial<ApnsOptions> = {}) {
      const sender = new ApnsSender({
        key: p256.privateKey.export(pem).toString(),
        ...{
          key_id: 'KEY1234567',
          team_id: 'TEAM123456',
          topic: 'com.example.app',
          url: `http://127.0.0.1:${port}`,
        },
        clock,
        random: { uuid: () => randomUUID(), bytes: (count) => Buffer.alloc(count) },
        ...options,
      });
      onTestFinished(() => sender.close());
      return sender;
    },
  };
}
