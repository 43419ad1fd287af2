/** Ports that say nothing: leaving them out means the same. */
const DEFAULT_PORTS: Record<string, string> = { https: '443', http: '80', ssh: '22', git: '9418' };

/** Names under which hosts serve the same repositories: SSH over the HTTPS port, and the web's prefix. */
const HOST_ALIASES: Record<string, string> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'ssh.dev.azure.com': 'dev.azure.com',
};

/** Hosts that do not tell `A/B` from `a/b`. */
const CASE_INSENSITIVE_HOSTS = new Set([
  'github.com',
  'gitlab.com',
  'bitbucket.org',
  'codeberg.org',
  'dev.azure.com',
]);

const MAX_URL_CHARS = 2048;

interface GitRemote {
  /** `https`, `ssh`, `git` …; `scp` for what has none */
  scheme: string;
  host: string;
  port: string | null;
  path: string;
}

/**
 * The one normal form of a Git remote, by which its many spellings are one project: `host/owner/name`, with a port
 * only when it is not the protocol's own. User names, passwords, the protocol, a trailing `.git` or slash and the
 * case of the host say nothing about which repository it is. A remote that is a folder becomes `file:/path`.
 * null for what names no repository elsewhere: nothing, a relative path.
 */
export function toRemoteKey(url: string): string | null {
  const text = url.trim();
  if (text === '' || text.length > MAX_URL_CHARS) return null;
  const folder = findFolderPath(text);
  if (folder !== null) return folder === '' ? null : `file:${stripGitSuffix(folder)}`;
  const remote = parseRemote(text);
  if (!remote) return null;
  const { host, path } = canonicalize(remote.host, stripGitSuffix(remote.path));
  if (path === '') return null;
  const port = toPortSuffix(remote, host);
  return `${host}${port}/${CASE_INSENSITIVE_HOSTS.has(host) ? path.toLowerCase() : path}`;
}

/** A remote as it may be stored and shown: otherwise as it was sent, but without passwords, tokens and query. */
export function stripCredentials(url: string): string {
  const text = url.trim();
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(text) ?? [];
  if (scheme === undefined) return text.replace(/^([^@/\s:]*):[^@/\s]*@/, '$1@');
  const [, userinfo, place = rest] = /^(?:([^/?#]*)@)?([^?#]*)/.exec(rest) ?? [];
  // Over HTTP even a lone user name may be a token; over SSH it is `git`.
  const user = userinfo && !/^(git\+)?https?:/i.test(scheme) ? `${userinfo.split(':', 1)[0]}@` : '';
  return `${scheme}${user}${place}`;
}

/** A path on this machine's disk as a remote; null when it is an address, '' when it is relative. */
function findFolderPath(text: string): string | null {
  const [, afterFile] = /^file:\/\/(?:localhost)?(\/.*)$/i.exec(text) ?? [];
  const path = (afterFile ? decodePath(afterFile) : text).replaceAll('\\', '/');
  if (/^\/?[a-z]:\//i.test(path))
    return path.replace(/^\/?([a-z]):/i, (_, drive) => `/${drive.toLowerCase()}:`);
  if (path.startsWith('/')) return path;
  if (/^(\.\.?|~)(\/|$)/.test(path)) return '';
  return null;
}

function parseRemote(text: string): GitRemote | null {
  const [, prefix, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (prefix === undefined || rest === undefined) return parseScpAddress(text);
  const scheme = prefix.toLowerCase().replace(/^git\+|\+git$/g, '');
  // Only of special schemes does the URL parser lower the host's case and know international names.
  const url = URL.canParse(`https://${rest}`) ? new URL(`https://${rest}`) : null;
  if (!url?.hostname) return null;
  const [, port] = /^[^/?#]*:(\d+)(?=[/?#]|$)/.exec(rest) ?? [];
  return {
    scheme,
    host: normalizeHost(url.hostname),
    port: port ?? null,
    path: normalizeRemotePath(url.pathname),
  };
}

/** `git@host:owner/name.git`: what `git clone` takes for SSH when there is no `://`. */
function parseScpAddress(text: string): GitRemote | null {
  const [, host, path] = /^(?:[^@/\s]*@)?(\[[^\]\s]+\]|[^:/\s@]+):(?!\/\/)(\S+)$/.exec(text) ?? [];
  if (!host || !path || path.startsWith(':')) return null;
  const hostname = URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : null;
  if (!hostname) return null;
  return { scheme: 'scp', host: normalizeHost(hostname), port: null, path: normalizeRemotePath(path) };
}

function normalizeHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^www\./, '');
}

function normalizeRemotePath(path: string): string {
  const [bare = ''] = path.split(/[?#]/, 1);
  return decodePath(bare)
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/')
    .replace(/^\/|\/$/g, '');
}

function stripGitSuffix(path: string): string {
  return path
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .replace(/\/+$/, '');
}

/** Azure DevOps spells one repository in three ways. */
function canonicalize(host: string, path: string): { host: string; path: string } {
  const canonicalHost = HOST_ALIASES[host] ?? host;
  if (canonicalHost === 'dev.azure.com')
    return { host: canonicalHost, path: path.replace(/^v3\//, '').replace('/_git/', '/') };
  const [, owner] = /^([^.]+)\.visualstudio\.com$/.exec(canonicalHost) ?? [];
  if (!owner) return { host: canonicalHost, path };
  const inside = path.replace(/^DefaultCollection\//i, '').replace('/_git/', '/');
  return { host: 'dev.azure.com', path: `${owner}/${inside}` };
}

function toPortSuffix({ scheme, host, port }: GitRemote, hostInUrl: string): string {
  // SSH on another host's HTTPS port is that same service.
  if (port === null || port === DEFAULT_PORTS[scheme] || (host !== hostInUrl && port === '443')) return '';
  return `:${port}`;
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
