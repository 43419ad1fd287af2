import { expect, test } from 'vitest';
import { clampFutureTimestamps } from '../../routers/maintenance/clock-skew.ts';
import { expireLeases } from '../../routers/work/jobs/lease.ts';
import { METRICS_TOKEN, PASSWORD, testApp } from '../support/app.ts';
import { queue, workshop } from '../support/queue.ts';
import { type Asked, answer, begin, finish, quizApp, rightOf } from '../support/quizzes.ts';

for (const jump of ['1h', '1d']) {
  test(`a clock that is set back by ${jump} keeps no job from any agent, and leaves none with one that is gone`, async () => {
    const app = testApp();
    const { it, project, a, b } = await workshop(app);
    const look = () => clampFutureTimestamps(app.deps);
    look();
    const [held, lost, waiting] = [
      await queue(it, project),
      await queue(it, project),
      await queue(it, project),
    ];
    await a.request({ max_jobs: 2 });
    await a.start(held);
    app.clock.advance(`-${jump}`);
    expect(look()).toBe(3);
    expect(look()).toBe(0);
    // The agent that works keeps its job, what waits is there for the next, and the one that is gone loses its own.
    expect((await a.progress(held)).status).toBe(202);
    expect((await b.request()).body.jobs).toMatchObject([{ job_id: waiting }]);
    app.clock.advance('61s');
    await b.start(waiting);
    expireLeases(app.deps);
    app.clock.advance('3s');
    expect((await b.request()).body.jobs).toMatchObject([{ job_id: lost }]);
    expect((await it.get(`/projects/${project}/jobs/${held}`)).body.status).toBe('running');
  });

  test(`whoever is out of calls when the clock is set back by ${jump} waits no longer than otherwise`, async () => {
    const app = testApp({ rate_limits: true });
    const it = app.client();
    const login = () => it.post('/auth/login', { email: 'kim@example.com', password: PASSWORD });
    for (let i = 0; i < 6; i++) await login();
    expect((await login()).body.retry_after).toBeLessThanOrEqual(300);
    app.clock.advance(`-${jump}`);
    expect((await login()).status).toBe(401);
    for (let i = 0; i < 5; i++) await login();
    expect((await login()).body.retry_after).toBeLessThanOrEqual(300);
    app.clock.advance(jump);
    expect((await login()).status).toBe(401);
  });

  test(`a session, a quiz and a streak live through a clock that goes ${jump} back and forth`, async () => {
    const app = quizApp();
    const it = await app.user('kim');
    // An access token lasts an hour; the session of the cookie lasts.
    it.token = null;
    const seen = () =>
      Promise.all(['/me', '/auth/sessions', '/gami/profile', '/quiz/history'].map((path) => it.get(path)));
    const quiz = await begin(it, { num_questions: 5 });
    const [first, second] = quiz.questions as [Asked, Asked];
    await answer(it, quiz, first, rightOf(first));
    app.clock.advance(`-${jump}`);
    await answer(it, quiz, second, rightOf(second));
    await it.post('/scan/analyze', { url: 'https://example.com' });
    const ended = await finish(it, quiz);
    expect(ended.status).toBe(200);
    expect(JSON.stringify([ended.body, ...(await seen()).map(({ body }) => body)])).not.toMatch(/:-\d/);
    for (const { status } of await seen()) expect(status).toBe(200);
    expect((await it.get('/health')).body.uptime_seconds).toBeGreaterThanOrEqual(0);
    const metrics = await it.get('/metrics', { authorization: `Bearer ${METRICS_TOKEN}` });
    expect(metrics.body).not.toMatch(/^flashscan_\S+ -/m);
    app.clock.advance(jump);
    expect((await it.get('/gami/profile')).body.streak_days).toBeGreaterThan(0);
    // A timed quiz whose time was over when the clock came back is finished, and not open for ever.
    const open = await begin(it, { num_questions: 5 });
    app.clock.advance(jump);
    const late = await answer(it, open, open.questions[0] as Asked, 1);
    expect([late.status, late.body.code]).toEqual([409, 'QUIZ_TIME_OVER']);
  });
}
