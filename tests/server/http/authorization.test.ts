import { expect, test } from 'vitest';
import { type Answer, type TestClient, testApp } from '../../support/app.ts';
import { KINDS, type Kind, makeCallers, makeKey, makeUser, SCOPES } from '../../support/callers.ts';
import { exampleInput, filled, INPUTS, kindOf, OBJECTS, type Params } from '../../support/objects.ts';
import { everyOperation, type Operation } from '../../support/operations.ts';

const operations = everyOperation();
/** Objects that belong to nobody, or to administrators alone. */
const SHARED = new Set(['scan.cached', 'feeds.prefix']);
const owned = operations.all.filter(
  // A webhook belongs to whoever can sign, and its path is no way in.
  (one) =>
    kindOf(one) !== null &&
    one.who !== 'admin' &&
    !SHARED.has(one.name) &&
    !one.path.startsWith('/webhooks/'),
);

/** An identifier of the same form that names nothing. */
function missing(id: string | number): string | number {
  if (typeof id === 'number') return 987_654_321;
  return id.replace(/[0-9a-f]/g, (digit) => ((Number.parseInt(digit, 16) + 7) % 16).toString(16));
}

/** The request of the document's own example, to one object. */
function call(it: TestClient, operation: Operation, params: Params, more: object): Promise<Answer> {
  const input = { ...exampleInput(operation, operations), ...more };
  const path = filled(operation, params);
  if (operation.method === 'GET' || operation.method === 'DELETE') {
    const query = new URLSearchParams(Object.entries(input).map(([key, value]) => [key, String(value)]));
    return it.send(query.size > 0 ? `${path}?${query}` : path, { method: operation.method });
  }
  if (operation.form) {
    const form = new FormData();
    for (const [key, value] of Object.entries(input)) if (key !== 'file') form.set(key, String(value));
    form.set('file', new File(['x'], 'x.txt'));
    return it.post(path, form);
  }
  return operation.method === 'PUT' ? it.put(path, input) : it.post(path, input);
}

/** The same call over tRPC. */
function callNative(it: TestClient, operation: Operation, params: Params, more: object): Promise<Answer> {
  const input = { ...exampleInput(operation, operations), ...more, ...params };
  return operation.type === 'query' ? it.query(operation.name, input) : it.mutate(operation.name, input);
}

/** All of an answer that may tell one object from another. */
function said({ status, body, headers }: Answer): unknown {
  const told = JSON.stringify(body, (key, value) =>
    key === 'timestamp' || key === 'request_id' ? undefined : value,
  );
  const names = [...headers.keys()].filter((name) => !name.startsWith('ratelimit')).sort();
  return { status, told, names };
}

test('there is a way to make an object of each kind that a path names', () => {
  const lacking = operations.all.filter(
    (one) => !one.path.startsWith('/webhooks/') && !OBJECTS[kindOf(one) ?? '/scan/cache/{url_hash}'],
  );
  expect(lacking.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test('someone else’s object answers exactly like one that is missing, to users, keys and guests', async () => {
  const app = testApp();
  const [owner, other, admin] = [await makeUser(app), await makeUser(app), await makeUser(app, 'admin')];
  const strangers: [string, TestClient][] = [['user', other]];
  const guest = app.client();
  await guest.get('/settings');
  strangers.push(['guest', guest]);
  for (const scope of SCOPES) strangers.push([scope, makeKey(app, other.id, scope)]);
  for (const operation of owned) {
    const theirs = await (OBJECTS[kindOf(operation) as string] as (typeof OBJECTS)[string])({
      app,
      owner,
      admin,
    });
    const more = (await INPUTS[operation.name]?.({ app, owner, admin }, theirs)) ?? {};
    const none = Object.fromEntries(Object.entries(theirs).map(([key, id]) => [key, missing(id)]));
    for (const [kind, stranger] of strangers) {
      const what = `${operation.method} ${operation.path} by ${kind}`;
      expect(said(await call(stranger, operation, theirs, more)), what).toEqual(
        said(await call(stranger, operation, none, more)),
      );
      if (operation.form) continue;
      expect(said(await callNative(stranger, operation, theirs, more)), `${what} over tRPC`).toEqual(
        said(await callNative(stranger, operation, none, more)),
      );
    }
    const refused = await call(other, operation, theirs, more);
    expect([refused.status, refused.body.code], operation.name).toEqual([404, 'NOT_FOUND']);
    // Its owner is not told that: what was sent is not what made it fail.
    const { status, body } = await call(owner, operation, theirs, more);
    expect(status, `${operation.name}: ${JSON.stringify(body)}`).not.toBe(404);
    expect([400, 401, 403, 413, 415], `${operation.name}: ${JSON.stringify(body)}`).not.toContain(status);
  }
}, 120_000);

test('an object of mine is no way to one of another', async () => {
  const app = testApp();
  const [owner, other, admin] = [await makeUser(app), await makeUser(app), await makeUser(app, 'admin')];
  for (const operation of owned) {
    const make = OBJECTS[kindOf(operation) as string] as (typeof OBJECTS)[string];
    const theirs = await make({ app, owner, admin });
    const [first, last] = Object.keys(theirs);
    if (first === undefined || last === undefined) continue;
    const mine = await make({ app, owner: other, admin });
    const mixed = { ...mine, [last]: theirs[last] as string | number };
    const none = { ...mine, [last]: missing(theirs[last] as string | number) };
    expect(said(await call(other, operation, mixed, {})), operation.path).toEqual(
      said(await call(other, operation, none, {})),
    );
    expect((await call(other, operation, mixed, {})).status, operation.path).toBe(404);
  }
}, 60_000);

/** Who may is decided by its verb; tests/routers/safety/chatbot-policies.test.ts says how. */
const OWN_RULE = new Set(['policies.redteam']);

/** What the contract says to a caller who may not; null to one who may. */
function refusalOf({ who, keyScopes, type }: Operation, caller: Kind): string | null {
  if (who === 'anyone') return type === null ? 'SIGNATURE_INVALID' : null;
  if (caller === 'stale') return 'SESSION_EXPIRED';
  const key = SCOPES.some((scope) => scope === caller);
  if (key) return keyScopes.includes(caller) ? null : 'FORBIDDEN';
  if (who === 'guest') return null;
  if (caller === 'nobody' || caller === 'guest') return 'AUTH_REQUIRED';
  if (who === 'admin') return caller === 'admin' ? null : 'FORBIDDEN';
  return null;
}

const REFUSALS = ['AUTH_REQUIRED', 'SESSION_EXPIRED', 'FORBIDDEN', 'SIGNATURE_INVALID'];

test('every operation refuses whom the contract does not name, before it looks at what was sent', async () => {
  const app = testApp();
  // Streams end at once.
  app.stop();
  const readers = await makeCallers(app);
  const wrong: string[] = [];
  for (const operation of operations.all.filter(({ name }) => !OWN_RULE.has(name))) {
    for (const send of operation.type === null ? [rest] : [rest, native]) {
      // What one call does (a logout, an account that is gone) changes nothing for the next.
      const callers = operation.type === 'mutation' ? await makeCallers(app) : readers;
      for (const kind of KINDS) {
        const { status, body } = await send(callers[kind], operation);
        const [, code] = /"code":"([A-Z_]+)"/.exec(JSON.stringify(body).replaceAll('\\', '')) ?? [];
        const told = REFUSALS.includes(code as string) ? code : null;
        const refused = refusalOf(operation, kind);
        const what = `${operation.name} by ${kind} (${send.name})`;
        if (told !== refused) wrong.push(`${what}: ${code}, not ${refused}`);
        // A stream of tRPC has begun by then.
        if (told === null || (operation.type === 'subscription' && send === native)) continue;
        if (status !== (told === 'FORBIDDEN' ? 403 : 401)) wrong.push(`${what}: ${told} with ${status}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);

/** With an input that fits nothing, so that who may changes nothing either. */
function rest(it: TestClient, { path, method }: Operation): Promise<Answer> {
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: '[]' };
  const headers = { 'content-type': 'application/json' };
  return it.send(path.replace(/\{.+?\}/g, '0'), { method, headers, ...body });
}

function native(it: TestClient, { type, name }: Operation): Promise<Answer> {
  return type === 'mutation' ? it.mutate(name, []) : it.query(name, []);
}
