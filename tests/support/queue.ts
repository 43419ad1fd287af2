import type { Answer, TestApp, TestClient } from './app.ts';

/** The guide's example of a job. */
export const GUIDE = {
  job_type: 'code_generation',
  payload: { prompt: '로그인 폼을 만들어줘', language: 'python' },
};

/** Registers a project and returns its id. */
export async function projectOf(it: TestClient, name = 'MyProject'): Promise<number> {
  const { body } = await it.post('/git/projects/register', { name, local_path: `/home/${name}` });
  return body.id;
}

/** Queues a job that any agent can do, unless told otherwise. */
export async function queue(it: TestClient, project: number, job: object = {}): Promise<number> {
  const { status, body } = await it.post(`/projects/${project}/jobs`, { job_type: 'look', ...job });
  if (status !== 201) throw new Error(`queueing failed: ${JSON.stringify(body)}`);
  return body.id;
}

export interface TestAgent {
  request(more?: object): Promise<Answer>;
  start(job: number, more?: object): Promise<Answer>;
  progress(job: number, more?: object): Promise<Answer>;
  complete(job: number, more?: object): Promise<Answer>;
  release(job: number, more?: object): Promise<Answer>;
  heartbeat(more?: object): Promise<Answer>;
}

/** An agent that works with the credentials of `it`. */
export function agentOf(it: TestClient, agent_id: string): TestAgent {
  const send = (path: string, body: object) => it.post(path, { agent_id, ...body });
  return {
    request: (more = {}) => send('/agent/jobs/request', more),
    start: (job, more = {}) => send(`/agent/jobs/${job}/start`, more),
    progress: (job, more = {}) => send(`/agent/jobs/${job}/progress`, more),
    complete: (job, more = {}) => send(`/agent/jobs/${job}/complete`, { status: 'success', ...more }),
    release: (job, more = {}) => send(`/agent/jobs/${job}/release`, more),
    heartbeat: (more = {}) => send('/agent/heartbeat', { status: 'processing', ...more }),
  };
}

/** A user with a project, and two agents of that user. */
export async function workshop(app: TestApp, name = 'alice') {
  const it = await app.user(name);
  const project = await projectOf(it);
  return { it, project, a: agentOf(it, 'agent-a'), b: agentOf(it, 'agent-b') };
}
