import type { createApp } from '../../server/http/app.ts';

/** Of `me` and `boss`. */
export const PASSWORD = 'correct horse battery staple';

// biome-ignore lint/suspicious/noExplicitAny: whatever the wire carries
type Wire = any;
type Send = (method: string, path: string, body?: unknown) => Promise<Wire>;

/** `before` makes what a call needs, unmeasured. */
export interface Operation {
  before?: () => Promise<Wire>;
  run: (n: number, given: Wire) => unknown;
}

/** What is measured, by its name: calls of `me`, who owns the project, and of the administrator `boss`. */
export function operations(
  app: ReturnType<typeof createApp>,
  { size, project }: { size: number; project: number },
): Record<string, Operation> {
  const [me, boss] = [clientOf(app, 'me'), clientOf(app, 'boss')];
  const get = (path: string, by: Send = me): Operation => ({ run: () => by('GET', path) });
  const post = (path: string, bodyOf: (n: number) => unknown): Operation => ({
    run: (n) => me('POST', path, bodyOf(n)),
  });
  const queue = () => me('POST', `/projects/${project}/jobs`, { job_type: 'look', priority: 5 });
  const claim = async () => {
    const { jobs } = await me('POST', '/agent/jobs/request', { agent_id: 'growth', max_jobs: 1 });
    return jobs[0];
  };
  const begin = () => me('POST', '/quiz/sessions', { pool_id: 1, num_questions: 5, mode: 'practice' });
  const answer = ({ session_id, questions: [{ question_id, options }] }: Wire) => {
    const body = { question_id, selected_option_id: options[0].option_id };
    return me('POST', `/quiz/sessions/${session_id}/answers`, body);
  };
  return {
    'scan, cached': post('/scan/analyze', () => ({ url: 'https://www.example.com/' })),
    'scan, uncached': post('/scan/analyze', (n) => ({ url: `https://growth-${size}-${n}.example.com/` })),
    'chat, a question': post('/chatbot/ask', () => ({ message: '스미싱이 뭐야?' })),
    'job, queue': { run: queue },
    'job, claim': { before: queue, run: claim },
    'job, complete': {
      before: async () => {
        await queue();
        return claim();
      },
      run: (_, { job_id, attempt }) => {
        const done = { agent_id: 'growth', attempt, status: 'success', summary: 'done' };
        return me('POST', `/agent/jobs/${job_id}/complete`, done);
      },
    },
    'jobs of a project': get(`/projects/${project}/jobs`),
    'quiz, begin': { run: begin },
    'quiz, answer': { before: begin, run: (_, session) => answer(session) },
    'quiz, finish': {
      before: async () => {
        const session = await begin();
        await answer(session);
        return session;
      },
      run: (_, { session_id }) => me('POST', `/quiz/sessions/${session_id}/finish`),
    },
    'quiz pools': get('/quiz/pools'),
    'quiz history': get('/quiz/history'),
    'quiz recommendations': get('/quiz/recommendations'),
    feed: get('/mobile/feed'),
    'feed, page 10': get('/mobile/feed?page=10&limit=10'),
    notifications: get('/notifications'),
    'scan history': get('/history'),
    'chat history': get('/chatbot/history'),
    'gami profile': get('/gami/profile'),
    'gami badges': get('/gami/badges'),
    'gami activities': get('/gami/activities'),
    'leaderboard, weekly': get('/gami/leaderboard?period=weekly'),
    'leaderboard, all': get('/gami/leaderboard?period=all'),
    'tasks assigned': get('/tasks/assigned'),
    'llm cost, report': post('/llm/cost', () => ({
      model_name: 'gpt-4o-mini',
      input_tokens: 1200,
      output_tokens: 400,
    })),
    'llm costs, mine': get('/llm/costs'),
    'llm costs, by user': get('/llm/costs?group_by=user', boss),
    'llm traces': get('/llm/traces'),
    'activity summary': get('/activity/summary'),
    'file, upload': post('/files', (n) => {
      const form = new FormData();
      form.set('file', new File([`growth ${size} ${n}`], 'growth.txt'));
      return form;
    }),
    me: get('/me'),
    'admin figures': get('/admin/figures', boss),
    'admin users': get('/admin/users', boss),
    'admin users, searched': get('/admin/users?q=u7', boss),
    'admin scan feedback': get('/admin/scan/feedback', boss),
    'admin scan quality': get('/admin/scan/quality', boss),
    'admin audit': get('/admin/audit', boss),
    'admin tasks': get('/admin/tasks', boss),
  };
}

function clientOf(app: ReturnType<typeof createApp>, username: string): Send {
  let token: string | null = null;
  const send: Send = async (method, path, body) => {
    const headers = new Headers();
    if (token) headers.set('authorization', `Bearer ${token}`);
    const form = body instanceof FormData;
    if (body !== undefined && !form) headers.set('content-type', 'application/json');
    const init = body === undefined ? {} : { body: form ? body : JSON.stringify(body) };
    const answer = await app.request(path, { method, headers, ...init });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  };
  return async (...call) => {
    token ??= (await send('POST', '/auth/login', { username, password: PASSWORD })).access_token;
    return send(...call);
  };
}
