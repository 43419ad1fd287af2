import type { Load } from './load.ts';
import type { Served } from './processes.ts';

/** What besides scans is asked often, as one administrator asks it; each request does its whole work. */

const PASSWORD = 'only for this measurement';

export type Want = Pick<Load, 'method' | 'path' | 'body'> & { newUrls?: boolean };

/** Logs in, and makes what the requests are about. In this order: the jobs that are claimed are those queued before. */
export async function preparePaths(served: Served): Promise<{ cookie: string; paths: Record<string, Want> }> {
  const login = await fetch(
    `${served.url}/auth/login`,
    json({ email: 'admin@localhost.localdomain', password: PASSWORD }),
  );
  if (!login.ok) throw new Error(`the login answered ${login.status}: ${await login.text()}`);
  const cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const send = async (path: string, body: object) => {
    const answer = await fetch(served.url + path, json(body, cookie));
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    // biome-ignore lint/suspicious/noExplicitAny: whatever the wire carries
    return (await answer.json()) as any;
  };
  const project = await send('/git/projects/register', { name: 'bench', local_path: '/bench' });
  const jobs = `/projects/${project.id}/jobs`;
  const trace = {
    run_id: 'bench',
    model: 'gpt-4o-mini',
    prompt: 'Explain what a rebase does.',
    response: 'It replays commits on another base.',
  };
  const quiz = { pool_id: 1, num_questions: 5, mode: 'practice' };
  return {
    cookie,
    paths: {
      'scan, a message': post('/scan/message', {
        text: '[CJ대한통운] 주소 불일치로 배송이 보류되었습니다. 확인: http://cj-logis.top/a',
      }),
      'scan, a payload': post('/scan/payload', { text: 'WIFI:T:WPA;S:Cafe;P:only for this;;' }),
      'chat, a question': post('/chatbot/ask', { message: '스미싱이 뭐야?' }),
      'job, queue': post(jobs, { job_type: 'look' }),
      'job, claim': post('/agent/jobs/request', { agent_id: 'bench', max_jobs: 1 }),
      'jobs, a page': get(`${jobs}?limit=50`),
      'LLM trace, store': post('/llm/traces', trace),
      'LLM traces, a page': get('/llm/traces'),
      'quiz, begin': post('/quiz/sessions', quiz),
      'feed, a page': get('/mobile/feed'),
      leaderboard: get('/gami/leaderboard?period=weekly'),
      'scan history, a page': get('/history'),
    },
  };
}

const get = (path: string): Want => ({ method: 'GET', path });
const post = (path: string, body: object): Want => ({ method: 'POST', path, body });

function json(body: object, cookie?: string): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(cookie ? { cookie } : {}) },
    body: JSON.stringify(body),
  };
}
