import { expect } from 'vitest';
import type { Transcript } from './colscan.ts';

const seconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** What the specification shows, wherever the calls were made from and whichever model answers. */
export function expectColscan(seen: Transcript): void {
  expect(seen.guest).toMatchObject({ is_logged_in: false, user_id: null, user_type: 'guest' });
  expect(seen.guest.guest_id).toMatch(/^[0-9a-f-]{36}$/);

  expect(seen.safe).toMatchObject({
    url: 'https://example.com',
    analysis_result: 'safe',
    details: { domain: 'example.com', protocol: 'https', has_ssl: true },
    cached: false,
    analyzed_at: expect.stringMatching(seconds),
  });
  expect(seen.dangerous).toMatchObject({
    url: 'http://phishing-site.xyz',
    analysis_result: 'dangerous',
    warning_message: '⚠️ 피싱 사이트로 의심됩니다. 접속을 권장하지 않습니다.',
    details: { domain: 'phishing-site.xyz', protocol: 'http', has_ssl: false },
    cached: false,
  });
  expect(seen.dangerous.details.suspicious_patterns).toEqual(
    expect.arrayContaining(['비정상적인 도메인', 'HTTP 프로토콜']),
  );
  for (const { confidence } of [seen.safe, seen.dangerous]) expect(confidence).toBeGreaterThanOrEqual(0.5);
  expect(seen.again).toMatchObject({ cached: true, analysis_result: 'safe' });
  expect(seen.cached).toMatchObject({ analysis_result: 'safe', expires_at: expect.stringMatching(seconds) });

  expect(seen.failed).toMatchObject({
    code: 'AUTH_FAILED',
    httpStatus: 401,
    path: 'auth.login',
    message: '이메일 또는 비밀번호가 틀렸습니다',
  });
  expect(seen.login).toMatchObject({
    nickname: 'Alice',
    email: 'user@example.com',
    user_type: 'registered',
    token_type: 'Bearer',
  });
  const { user_id } = seen.login;
  expect(seen.status).toEqual({
    is_logged_in: true,
    user_id,
    guest_id: null,
    nickname: 'Alice',
    user_type: 'registered',
  });
  expect(seen.malformed).toMatchObject({ code: 'INVALID_URL', httpStatus: 400 });

  // What the guest scanned is the user's after the login.
  expect(seen.history.history.map(({ url }) => url)).toEqual([
    'https://example.com',
    'http://phishing-site.xyz',
    'https://example.com',
  ]);
  expect(seen.history.total).toBe(3);
  expect(seen.onlyDangerous.history.map(({ url }) => url)).toEqual(['http://phishing-site.xyz']);
  expect(seen.removed).toEqual({ deleted: 1 });
  expect(seen.gone).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
  expect(seen.cleared).toEqual({ deleted: 2 });

  expect(seen.settings).toEqual({
    notification_enabled: true,
    ar_warning_enabled: true,
    language: 'ko',
    preferences: { theme: 'light', auto_scan: false },
  });
  expect(seen.updated).toEqual({ ...seen.settings, notification_enabled: false, language: 'en' });
  expect(seen.english.message).toBe(
    'This is not a URL that can be scanned. Check that it is an http or https address.',
  );
  expect(seen.after).toMatchObject({ is_logged_in: false, user_id: null });
  expect(seen.expired).toMatchObject({ code: 'SESSION_EXPIRED', httpStatus: 401 });
}
