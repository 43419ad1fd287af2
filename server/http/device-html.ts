import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Language } from '../../ml/text/language.ts';

/** What the page shows. */
export type DevicePageState =
  | { step: 'login' | 'code'; user_code: string; error?: string }
  | {
      step: 'confirm';
      user_code: string;
      client_id: string;
      user_agent: string | null;
      address: string | null;
    }
  | { step: 'approved' | 'denied' };

const STYLE = `
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6675; --paper: #fff; --ground: #eef1f5; --line: #c9d1db;
  --accent: #1f5fd6; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #a3aebd; --paper: #1c232d; --ground: #11161d;
  --line: #3b4654; --accent: #7aa7ff; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px; background: var(--ground);
  color: var(--ink); font: 16px/1.55 system-ui, 'Apple SD Gothic Neo', 'Noto Sans KR', 'Malgun Gothic', sans-serif;
  word-break: keep-all; }
main { width: 100%; max-width: 420px; background: var(--paper); border: 1px solid var(--line); border-radius: 14px;
  padding: 28px; }
h1 { margin: 0 0 8px; font-size: 22px; }
p { margin: 0 0 16px; color: var(--soft); }
label { display: block; margin: 0 0 4px; font-weight: 600; }
input { width: 100%; margin: 0 0 14px; padding: 11px 12px; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 9px; }
.code { font: 600 24px/1.3 ui-monospace, monospace; letter-spacing: 3px; text-align: center; text-transform: uppercase; }
.row { display: flex; gap: 10px; }
button { flex: 1; width: 100%; padding: 12px; font: inherit; font-weight: 600; border-radius: 9px; cursor: pointer;
  border: 1px solid var(--accent); background: var(--accent); color: var(--paper); }
button.plain { background: transparent; color: var(--ink); border-color: var(--line); }
input:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { margin: 0 0 16px; padding: 12px 14px; border: 1px solid var(--line); border-radius: 9px; overflow-wrap: anywhere; }
dt { font-size: 13px; color: var(--soft); }
dd { margin: 0 0 8px; }
dd:last-child { margin: 0; }
.problem { color: var(--bad); font-weight: 600; }
.who { margin: 20px 0 0; padding-top: 14px; border-top: 1px solid var(--line); display: flex; gap: 12px;
  align-items: center; justify-content: space-between; font-size: 14px; color: var(--soft); overflow-wrap: anywhere; }
.who button { flex: none; width: auto; padding: 6px 12px; font-size: 14px; }
`;

const HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing but this style and forms that lead back here. */
export const CSP =
  `default-src 'none'; style-src 'sha256-${HASH}'; form-action 'self'; base-uri 'none'; ` +
  "frame-ancestors 'none'";

const TEXTS = {
  ko: {
    title: '기기 연결',
    login: '기기를 연결할 계정으로 로그인하세요.',
    email: '이메일 또는 사용자 이름',
    password: '비밀번호',
    log_in: '로그인',
    log_out: '로그아웃',
    as: (name: string) => `${name} 님으로 로그인됨`,
    enter: '기기에 표시된 코드를 입력하세요.',
    code: '코드',
    next: '다음',
    confirm: '이 기기에서 내 계정을 쓰도록 허용할까요?',
    warning:
      '지금 내 기기에 같은 코드가 표시되어 있을 때만 허용하세요. 다른 사람에게서 받은 코드는 거부하세요.',
    client: '앱',
    device: '기기',
    address: '접속 주소',
    approve: '허용',
    deny: '거부',
    approved: '기기를 연결했습니다',
    approved_more: '이 창을 닫고 기기로 돌아가세요.',
    denied: '연결을 거부했습니다',
    denied_more: '이 기기는 내 계정을 쓸 수 없습니다. 창을 닫아도 됩니다.',
  },
  en: {
    title: 'Connect a device',
    login: 'Log in with the account the device is for.',
    email: 'E-mail or username',
    password: 'Password',
    log_in: 'Log in',
    log_out: 'Log out',
    as: (name: string) => `Logged in as ${name}`,
    enter: 'Enter the code that your device shows.',
    code: 'Code',
    next: 'Next',
    confirm: 'Let this device use your account?',
    warning:
      'Allow it only if a device of yours shows the same code right now. Deny a code that somebody sent you.',
    client: 'App',
    device: 'Device',
    address: 'Its address',
    approve: 'Allow',
    deny: 'Deny',
    approved: 'The device is connected',
    approved_more: 'Close this window and go back to the device.',
    denied: 'The device was denied',
    denied_more: 'It cannot use your account. You can close this window.',
  },
} as const satisfies Record<Language, object>;

type Texts = (typeof TEXTS)[Language];

/** The page as HTML. Whatever comes from a device or a person is escaped by the template. */
export function devicePage(state: DevicePageState, nickname: string | null, language: Language) {
  const t = TEXTS[language];
  const user_code = 'user_code' in state ? state.user_code : '';
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${t.title} · Flashscan</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
${toContent(state, t)}
${nickname === null ? '' : accountLine(nickname, user_code, t)}
</main>
</body>
</html>`;
}

function toContent(state: DevicePageState, t: Texts) {
  switch (state.step) {
    case 'login':
      return html`<h1>${t.title}</h1><p>${t.login}</p>${toErrorLine(state)}
<form method="post" action="/device">${codeField(state.user_code)}
<label for="email">${t.email}</label><input id="email" name="email" autocomplete="username" required autofocus>
<label for="password">${t.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button name="action" value="login">${t.log_in}</button></form>`;
    case 'code':
      return html`<h1>${t.title}</h1><p>${t.enter}</p>${toErrorLine(state)}
<form method="get" action="/device">
<label for="user_code">${t.code}</label>
<input class="code" id="user_code" name="user_code" value="${state.user_code}" maxlength="20" autocomplete="off"
 autocapitalize="characters" spellcheck="false" required autofocus>
<button>${t.next}</button></form>`;
    case 'confirm':
      return html`<h1>${t.confirm}</h1><p>${t.warning}</p>
<p class="code">${state.user_code}</p>
<dl><dt>${t.client}</dt><dd>${state.client_id}</dd>
${state.user_agent ? html`<dt>${t.device}</dt><dd>${state.user_agent}</dd>` : ''}
${state.address ? html`<dt>${t.address}</dt><dd>${state.address}</dd>` : ''}</dl>
<form method="post" action="/device" class="row">${codeField(state.user_code)}
<button class="plain" name="action" value="deny">${t.deny}</button>
<button name="action" value="approve">${t.approve}</button></form>`;
    case 'approved':
      return html`<h1>${t.approved}</h1><p>${t.approved_more}</p>`;
    case 'denied':
      return html`<h1>${t.denied}</h1><p>${t.denied_more}</p>`;
  }
}

function toErrorLine({ error }: { error?: string }) {
  return error ? html`<p class="problem" role="alert">${error}</p>` : '';
}

function codeField(user_code: string) {
  return html`<input type="hidden" name="user_code" value="${user_code}">`;
}

function accountLine(nickname: string, user_code: string, t: Texts) {
  return html`<form class="who" method="post" action="/device">${codeField(user_code)}
<span>${t.as(nickname)}</span>
<button class="plain" name="action" value="logout">${t.log_out}</button></form>`;
}
