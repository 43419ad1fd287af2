import type { Load } from './load.ts';
import type { Served } from './processes.ts';

/** What besides scans is asked often, as one administrator asks it; each request does its whole work. */

const PASSWORD = 'only for this measurement';

export type Want = Pick<Load, 'method' | 'path' | 'body'> & { newUrls?: boolean; connections?: number };

const get = (path: string): Want => ({ method: 'GET', path });
const post = (path: string, body: object): Want => ({ method: 'POST', path, body });

const MESSAGE = post('/scan/message', {
  text: '[CJ대한통운] 주소 불일치로 배송이 보류되었습니다. 확인: http://cj-logis.top/a',
});
const PAYLOAD = post('/scan/payload', {
  text: 'BEGIN:VCARD\nVERSION:3.0\nFN:Kim\nTEL:010-1234-5678\nURL:https://www.example.com/kim\nEND:VCARD',
});
/** What one caller waits, which is what was promised of them. */
export const MESSAGE_ALONE = 'scan, a message, one client';
export const PAYLOAD_ALONE = 'scan, a payload, one client';

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
      'scan, a message': MESSAGE,
      [MESSAGE_ALONE]: { ...MESSAGE, connections: 1 },
      'scan, a payload': PAYLOAD,
      [PAYLOAD_ALONE]: { ...PAYLOAD, connections: 1 },
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

function json(body: object, cookie?: string): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(cookie ? { cookie } : {}) },
    body: JSON.stringify(body),
  };
}
