import { readFileSync } from 'node:fs';
import semver from 'semver';
import { type Env, resolveInPackage } from '../../process/env.ts';
import { findPortOwner, tryListen } from '../../process/port.ts';
import { withDatabase } from './database.ts';
import { type Check, type Finding, fail, ok, warn } from './finding.ts';

export const node: Check = () => {
  const { engines } = JSON.parse(readFileSync(resolveInPackage('package.json'), 'utf8'));
  const { node: version } = process.versions;
  if (semver.satisfies(version, engines.node)) return [ok('Node', version)];
  return [fail('Node', `${version}, and ${engines.node} is needed`, 'install a newer Node')];
};

/** Passes when the port is free or Flashscan already listens on it. */
export const port: Check = async (env) => {
  const { HOST, PORT } = env;
  const code = await tryListen(env);
  if (code === null) return [ok('port', PORT === 0 ? 'any free one' : `${PORT} is free`)];
  if (code === 'EACCES')
    return [
      fail('port', `${PORT} may not be opened`, 'set PORT to 1024 or more, or give Node the right to it'),
    ];
  if (code !== 'EADDRINUSE')
    return [
      fail(
        'port',
        `${HOST} is no address of this machine (${code})`,
        'set HOST to 127.0.0.1, 0.0.0.0 or one of its own',
      ),
    ];
  const version = await ownVersion(env);
  if (version) return [ok('port', `Flashscan ${version} listens on ${PORT}`)];
  const holder = findPortOwner(PORT) ?? 'another program';
  return [fail('port', `${PORT} is taken by ${holder}`, 'end that program, or set PORT to another')];
};

async function ownVersion({ HOST, PORT }: Env): Promise<string | null> {
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  try {
    const response = await fetch(`http://${host}:${PORT}/health`, { signal: AbortSignal.timeout(2000) });
    const { version, checks } = (await response.json()) as {
      version?: unknown;
      checks?: { url_model?: unknown };
    };
    return checks?.url_model !== undefined && typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

/** Finds incomplete configuration. */
export const configuration: Check = (env) => [...proxy(env), ...push(env), social(env)];

function proxy({ PUBLIC_URL, TRUST_PROXY }: Env): Finding[] {
  if (!PUBLIC_URL?.startsWith('https:') || TRUST_PROXY > 0) return [];
  return [
    warn(
      'proxy',
      `PUBLIC_URL is ${PUBLIC_URL}, and no proxy is trusted`,
      'set TRUST_PROXY=1: without it cookies are not Secure, and limits take all callers for one address',
    ),
  ];
}

const SENDERS = { fcm: 'FCM_SERVICE_ACCOUNT', apns: 'APNS_KEY' } as const;

/** Finds registered devices that cannot get pushes. */
function push(env: Env): Finding[] {
  const count = 'SELECT platform, count(*) AS devices FROM push_tokens GROUP BY platform';
  const rows = (withDatabase(env, (sqlite) => sqlite.prepare(count).all()) ?? []) as {
    platform: keyof typeof SENDERS;
    devices: number;
  }[];
  const findings = rows
    .filter(({ platform }) => env[SENDERS[platform]] === undefined)
    .map(({ platform, devices }) =>
      warn(
        'push',
        `${devices} devices are registered for ${platform}, which is not configured`,
        `set ${SENDERS[platform]}; until then their notifications wait to be fetched`,
      ),
    );
  if (findings.length > 0) return findings;
  const set = Object.entries(SENDERS).filter(([, variable]) => env[variable] !== undefined);
  return [ok('push', set.length === 0 ? 'none is configured' : set.map(([platform]) => platform).join(', '))];
}

function social({ GOOGLE_CLIENT_ID, KAKAO_APP_ID, APPLE_CLIENT_ID }: Env): Finding {
  const providers = { google: GOOGLE_CLIENT_ID, kakao: KAKAO_APP_ID, apple: APPLE_CLIENT_ID };
  const set = Object.entries(providers).filter(([, ids]) => ids.length > 0);
  const names = set.map(([name]) => name).join(', ');
  return ok('social login', names || 'none is configured: logins with a provider are refused');
}
