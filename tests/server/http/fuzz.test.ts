import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Answer, type TestApp, type TestClient, testApp } from '../../support/app.ts';
import { makeCallers, makeUser } from '../../support/callers.ts';
import { kindOf, OBJECTS, type Params } from '../../support/objects.ts';
import { everyOperation, type Operation } from '../../support/operations.ts';
import { problemsOf } from '../../support/promises.ts';
import { requestsTo, type Shot } from '../../support/requests.ts';

/** Requests to each operation. More take longer and find more: `FUZZ_RUNS=2000 npx vitest run tests/server/http/fuzz.test.ts` */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);
/** A failure names the seed it was found with: `FUZZ_SEED=…` makes the same requests again. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_126);
const ONLY = process.env.FUZZ_ONLY;
const PATIENCE_MS = 10_000;

const operations = everyOperation();
const byName = new Map(operations.all.map((one) => [one.name, one]));

/** Nothing that waits waits, nothing is asked of another machine, and a stream ends at once. */
function impatientApp(): TestApp {
  const nobody = { client_ids: ['flashscan'], url: 'http://127.0.0.1:1' };
  const apple = { ...nobody, keys_url: nobody.url, issuer: nobody.url };
  const app = testApp({ social: { google: nobody, kakao: nobody, apple, timeout_ms: 500 } });
  app.stop();
  return app;
}

async function objectOf(app: TestApp, operation: Operation, owner: Awaited<ReturnType<typeof makeUser>>) {
  const kind = kindOf(operation);
  const make = kind ? OBJECTS[kind] : undefined;
  return make ? make({ app, owner, admin: await makeUser(app, 'admin') }) : {};
}

/** Sends requests to one operation, one after another. What breaks a promise is told once. */
async function shoot(app: TestApp, operation: Operation, seed: number): Promise<string[]> {
  const callers = await makeCallers(app);
  const object: Params = await objectOf(app, operation, callers.user);
  app.logged.length = 0;
  const found = new Map<string, string>();
  for (const shot of fc.sample(requestsTo(operation, operations, object), { seed, numRuns: RUNS })) {
    const tell = (problem: string) => found.set(problem, `${operation.name}: ${problem} ← ${shown(shot)}`);
    const problems = await send(app, callers[shot.caller], shot).then(
      (answer) => problemsOf(shot, answer, byName),
      (error: Error) => [`no answer: ${error.stack}`],
    );
    for (const problem of problems) tell(problem);
    if (problems.some((problem) => problem.startsWith('500'))) tell(causeOf(app));
    // Who has chosen a language is answered in it, whatever the request asks for.
    app.deps.db.$client.exec('DELETE FROM settings');
  }
  return [...found.values()];
}

function send(app: TestApp, caller: TestClient, { path, init }: Shot): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it takes too long')), PATIENCE_MS);
  });
  return Promise.race([ask(app, caller, path, init), late]).finally(() => clearTimeout(timer));
}

/** Whoever asks stays who he is: a cookie that is answered is not kept. */
async function ask({ app }: TestApp, caller: TestClient, path: string, init: Shot['init']): Promise<Answer> {
  const own: Record<string, string> = {};
  if (caller.cookie) own.cookie = caller.cookie;
  if (caller.token) own.authorization = `Bearer ${caller.token}`;
  const answer = await app.request(path, { ...init, headers: { ...own, ...init.headers } });
  const { status, headers } = answer;
  const text = await answer.text();
  try {
    return { status, headers, body: JSON.parse(text) };
  } catch {
    return { status, headers, body: text };
  }
}

/** The error that the last answer of 500 hid. */
function causeOf({ logged }: TestApp): string {
  const { err } = logged.findLast((line) => 'err' in line) ?? {};
  return err instanceof Error
    ? `${err.message} ${err.cause ?? ''} ${err.stack}`.slice(0, 700)
    : 'nothing logged';
}

function shown({ caller, path, init }: Shot): string {
  const text = JSON.stringify({ ...init, body: init.body instanceof FormData ? [...init.body] : init.body });
  return `${caller} ${path.slice(0, 300)} ${text.slice(0, 600)}`;
}

test('whatever is sent to whichever operation by whomever is answered as the contract promises', async () => {
  const app = impatientApp();
  const found: string[] = [];
  for (const [index, operation] of operations.all.entries()) {
    if (ONLY && !operation.name.startsWith(ONLY)) continue;
    const began = performance.now();
    found.push(
      ...(await shoot(app, operation, SEED + index).catch((error) => [`${operation.name}: ${error}`])),
    );
    if (process.env.FUZZ_TIMES) console.log(operation.name, Math.round(performance.now() - began));
  }
  expect(found, `FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}`).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}, 3_600_000);
