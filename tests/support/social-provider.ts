import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import type { SocialSettings } from '../../routers/core/context.ts';

export const APPLE_ISSUER = 'https://appleid.apple.com';

export interface LocalProvider {
  settings: SocialSettings;
  /** what a path answers: a body, or a status */
  answers: Record<string, object | number>;
  /** the paths that were asked for, each with the token */
  asked: string[];
  /** milliseconds before it answers */
  delay: number;
  stop(): Promise<void>;
  /** an identity token as Apple makes them, for `app.apple`, with an address that is verified */
  appleToken(claims?: JWTPayload, by?: CryptoKey): Promise<string>;
  google(person: { sub: string; email?: string; email_verified?: boolean; name?: string }): void;
  kakao(id: number, kakao_account?: object): void;
}

/** Google, Kakao and Apple in one local server: what a login asks them, and nothing else. */
export async function localProvider(): Promise<LocalProvider> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    it.asked.push(`${pathname} ${request.headers.authorization ?? ''}`.trim());
    const found = it.answers[pathname] ?? 404;
    const send = () => {
      response.writeHead(typeof found === 'number' ? found : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(typeof found === 'number' ? { error: found } : found));
    };
    setTimeout(send, it.delay).unref();
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  const it: LocalProvider = {
    settings: {
      google: { client_ids: ['app.google', 'app.google.ios'], url },
      kakao: { client_ids: ['1234'], url },
      apple: { client_ids: ['app.apple'], keys_url: `${url}/auth/keys`, issuer: APPLE_ISSUER },
      timeout_ms: 500,
    },
    answers: { '/auth/keys': keys },
    asked: [],
    delay: 0,
    stop,
    appleToken: (claims = {}, by = privateKey) =>
      new SignJWT({ email: 'alice@example.com', email_verified: 'true', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuer(claims.iss ?? APPLE_ISSUER)
        .setAudience(claims.aud ?? 'app.apple')
        .setSubject(claims.sub ?? '001.alice')
        .setIssuedAt()
        .setExpirationTime(claims.exp ?? '10m')
        .sign(by),
    google({ sub, ...person }) {
      it.answers['/oauth2/v3/tokeninfo'] = { aud: 'app.google', sub, expires_in: '3599', scope: 'email' };
      it.answers['/oauth2/v3/userinfo'] = { sub, ...person };
    },
    kakao(id, kakao_account) {
      it.answers['/v1/user/access_token_info'] = { id, app_id: 1234, expires_in: 7199 };
      it.answers['/v2/user/me'] = { id, connected_at: '2026-01-01T00:00:00Z', kakao_account };
    },
  };
  return it;
}
