// The page of the API's documentation: Swagger UI with a search over all operations, a form to log in, and streams
// whose events show as they come.
/* global SwaggerUIBundle */

const spec = await (await fetch('/openapi.json')).json();
// What is tried out goes to the server that this page came from.
spec.servers = spec.servers.filter(({ url }) => url.startsWith('/'));
const operations = listOperations(spec);
/** The paths of streams */
const streams = new Set(operations.filter(({ operation }) => isStream(operation)).map(({ path }) => path));
for (const { operation } of operations) clearOptionalParameters(operation);

/** Ends the stream that runs, if one does. */
let endStream = () => {};

const ui = SwaggerUIBundle({
  spec,
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  withCredentials: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [searchPlugin, streamPlugin],
  layout: 'BaseLayout',
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (isStreamAddress(request.url)) request.userFetch = openStream;
    return request;
  },
});
// For whoever looks into the page from its console.
globalThis.ui = ui;

followColorScheme();
handleSearch();
handleLogin();

function listOperations({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

function isStream({ responses }) {
  return Object.values(responses).some(({ content }) => content?.['text/event-stream'] !== undefined);
}

/** Swagger UI fills in examples, and a filter that is filled in hides what its reader wants to see. */
function clearOptionalParameters({ parameters = [] }) {
  for (const parameter of parameters) {
    if (parameter.required) continue;
    const example = parameter.example ?? parameter.schema?.example;
    delete parameter.example;
    delete parameter.schema?.example;
    const text = example === undefined ? '' : `Example: \`${example}\``;
    parameter.description = [parameter.description, text].filter(Boolean).join('. ');
  }
}

/** Finds operations by words in their method, path, name, summary and description; `tag:Scan` is those of one tag. */
function searchPlugin() {
  const matches = (phrase, tag, { path, method, operation }) => {
    const [, wanted] = /^tag:(.+)$/i.exec(phrase.trim()) ?? [];
    if (wanted !== undefined) return tag.toLowerCase() === wanted.toLowerCase();
    const { operationId, summary = '', description = '' } = operation;
    const text = [tag, method, path, operationId, summary, description].join(' ').toLowerCase();
    return phrase
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  };
  const opsFilter = (tags, phrase) =>
    tags
      .map((group, tag) =>
        group.update('operations', (all) => all.filter((one) => matches(phrase, tag, one.toJS()))),
      )
      .filter((group) => group.get('operations').size > 0);
  return { fn: { opsFilter, countMatches: (phrase) => countMatches(phrase, matches) } };
}

function countMatches(phrase, matches) {
  return operations.filter((one) => matches(phrase, one.operation.tags[0], one)).length;
}

/** A stream ends when its operation is executed again or its answer is cleared. */
function streamPlugin() {
  const endFirst =
    (original) =>
    (...args) => {
      endStream();
      return original(...args);
    };
  return { statePlugins: { spec: { wrapActions: { executeRequest: endFirst, clearResponse: endFirst } } } };
}

function isStreamAddress(address) {
  return streams.has(new URL(address, location.href).pathname);
}

/** Sends a request like `fetch`, and shows what has come of its answer until the last event is there. */
async function openStream(address, request) {
  const controller = new AbortController();
  endStream = () => controller.abort();
  const response = await fetch(address, { ...request, signal: controller.signal });
  const { status, statusText, headers } = response;
  if (!response.ok || !response.body) return response;
  const path = new URL(address, location.href).pathname;
  const fields = Object.fromEntries(headers);
  let text = '';
  try {
    for await (const chunk of readText(response.body)) {
      text += chunk;
      const shown = { url: response.url, ok: true, status, statusText, headers: fields, text, data: text };
      ui.specActions.setResponse(path, 'get', shown);
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  }
  return new Response(text, { status, statusText, headers });
}

async function* readText(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

function followColorScheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}

function handleSearch() {
  const input = document.getElementById('search');
  const found = document.getElementById('found');
  let timer;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const phrase = input.value.trim();
      ui.layoutActions.updateFilter(phrase);
      const count = phrase === '' ? 0 : ui.fn.countMatches(phrase);
      found.hidden = phrase === '';
      found.textContent =
        count === 0 ? 'No operation has all of these words.' : `${count} of ${operations.length} operations`;
    }, 150);
  });
}

/** Logging in authorizes what is tried out with an access token, which lasts an hour. */
function handleLogin() {
  const [login, logout, who] = ['login', 'logout', 'who'].map((id) => document.getElementById(id));
  let token = null;
  const show = (name) => {
    login.hidden = name !== null;
    logout.hidden = name === null;
    who.textContent = name === null ? '' : `Logged in as ${name}`;
  };
  login.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(login));
    const answer = await send('/auth/login', { email, password });
    if (!answer) return;
    token = answer.access_token;
    ui.preauthorizeApiKey('bearer', token);
    login.reset();
    show(email);
  });
  logout.addEventListener('submit', async (event) => {
    event.preventDefault();
    endStream();
    await send('/auth/logout', {}, token);
    ui.authActions.logoutWithPersistOption(['bearer']);
    show(null);
  });
}

/** The answer of the API, or null after its error was shown. */
async function send(path, body, token = null) {
  const problem = document.getElementById('problem');
  problem.hidden = true;
  try {
    const headers = { 'content-type': 'application/json', 'accept-language': navigator.language };
    if (token !== null) headers.authorization = `Bearer ${token}`;
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = response.status === 204 ? {} : await response.json();
    if (response.ok) return answer;
    problem.textContent = answer.message;
  } catch {
    problem.textContent = 'The server cannot be reached.';
  }
  problem.hidden = false;
  return null;
}
