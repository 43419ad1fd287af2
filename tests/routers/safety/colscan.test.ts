import { expect, test } from 'vitest';
import { PASSWORD, testApp } from '../../support/app.ts';

for (const base of ['', '/api/v1']) {
  test(`every example of ColScan’s specification gets its answer under "${base}/"`, async () => {
    const { client, clock, model } = testApp();
    model.risk = (href) => (href.includes('phishing-site') ? 0.923 : 0.013);
    const guest = client();
    const account = { email: 'user@example.com', password: 'securePassword123' };
    await client().post('/auth/register', { ...account, nickname: 'Alice' });

    const login = await guest.post(`${base}/auth/login`, account);
    const user = {
      user_id: expect.stringMatching(/^user_\d{8}_\d{3}$/),
      nickname: 'Alice',
      email: 'user@example.com',
      user_type: 'registered',
    };
    expect(login.body).toMatchObject({ status: 'success', message: '로그인 성공', data: user });
    expect(login.headers.get('set-cookie')).toContain('; HttpOnly; Max-Age=2592000; Path=/; SameSite=Lax');
    const failed = await client().post(`${base}/auth/login`, { ...account, password: PASSWORD });
    expect([failed.status, failed.body.message]).toEqual([401, '이메일 또는 비밀번호가 틀렸습니다']);
    expect((await client().post(`${base}/auth/login`, {})).status).toBe(400);

    const status = await guest.get(`${base}/auth/status`);
    expect(status.body).toEqual({
      status: 'success',
      data: {
        is_logged_in: true,
        user_id: login.body.data.user_id,
        guest_id: null,
        nickname: 'Alice',
        user_type: 'registered',
      },
    });

    const safe = await guest.post(`${base}/scan/analyze`, { url: 'https://example.com', use_cache: true });
    expect(safe.body).toMatchObject({
      status: 'success',
      data: {
        url: 'https://example.com',
        analysis_result: 'safe',
        confidence: 0.987,
        details: { domain: 'example.com', protocol: 'https', has_ssl: true },
        cached: false,
      },
    });
    const dangerous = await guest.post(`${base}/scan/analyze`, { url: 'http://phishing-site.xyz' });
    expect(dangerous.body.data).toMatchObject({
      url: 'http://phishing-site.xyz',
      analysis_result: 'dangerous',
      confidence: 0.923,
      warning_message: '⚠️ 피싱 사이트로 의심됩니다. 접속을 권장하지 않습니다.',
      details: {
        domain: 'phishing-site.xyz',
        protocol: 'http',
        has_ssl: false,
        suspicious_patterns: expect.arrayContaining(['비정상적인 도메인', 'HTTP 프로토콜']),
      },
    });
    const malformed = await guest.post(`${base}/scan/analyze`, { url: 'not a url' });
    expect([malformed.status, malformed.body.code]).toEqual([400, 'INVALID_URL']);

    const { url_hash } = safe.body.data.details;
    const cached = await guest.get(`${base}/scan/cache/${url_hash}`);
    expect(cached.body).toMatchObject({
      status: 'success',
      data: { url: 'https://example.com/', analysis_result: 'safe', confidence: 0.987 },
    });

    clock.advance('1s');
    const history = await guest.get(`${base}/history?limit=50&sort=desc&filter=all`);
    expect(history.body.data).toMatchObject({
      total: 2,
      history: [
        { id: expect.any(Number), url: 'http://phishing-site.xyz', analysis_result: 'dangerous' },
        { url: 'https://example.com', analysis_result: 'safe', confidence: 0.987 },
      ],
    });
    const [{ id }] = history.body.data.history;
    expect((await guest.delete(`${base}/history/${id}`)).body).toEqual({
      status: 'success',
      message: '이력이 삭제되었습니다',
    });
    expect((await guest.delete(`${base}/history/all`)).body.message).toBe('1개 이력이 삭제되었습니다');

    expect((await guest.get(`${base}/settings`)).body.data.preferences).toEqual({
      theme: 'light',
      auto_scan: false,
    });
    const changed = await guest.put(`${base}/settings`, { notification_enabled: false, language: 'en' });
    expect(changed.body).toEqual({
      status: 'success',
      message: '설정이 업데이트되었습니다',
      data: {
        notification_enabled: false,
        ar_warning_enabled: true,
        language: 'en',
        preferences: { theme: 'light', auto_scan: false },
      },
    });
    expect((await guest.post(`${base}/auth/logout`)).body.status).toBe('success');
  });
}
