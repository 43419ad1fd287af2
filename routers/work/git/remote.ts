/** Default ports of the protocols, which are omitted. */
const DEFAULT_PORTS: Record<string, string> = { https: '443', http: '80', ssh: '22', git: '9418' };

/** Other names of hosts that serve the same repositories, for SSH over the HTTPS port. */
const HOST_ALIASES: Record<string, string> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'ssh.dev.azure.com': 'dev.azure.com',
};

/** Hosts on which `A/B` and `a/b` are the same repository. */
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
 * The normal form of a Git remote, `host/owner/name`, by which its spellings are one project. A port stays only when it
 * is not the protocol's default. User names, passwords, the protocol, a trailing `.git` or slash and the case of the host
 * are ignored. A folder becomes `file:/path`. Null for an empty text and for a relative path.
 */
export function toRemoteKey(url: string): string | null {
  const text = url.trim().normalize('NFC');
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

/** Removes passwords, tokens and the query from a remote, so that it may be stored. */
export function stripCredentials(url: string): string {
  const text = url.trim();
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(text) ?? [];
  if (scheme === undefined) return text.replace(/^([^@/\s:]*):[^@/\s]*@/, '$1@');
  const [, userinfo, place = rest] = /^(?:([^/?#]*)@)?([^?#]*)/.exec(rest) ?? [];
  // Over HTTP a user name alone may be a token; over SSH it is `git`.
  const user = userinfo && !/^(git\+)?https?:/i.test(scheme) ? `${userinfo.split(':', 1)[0]}@` : '';
  return `${scheme}${user}${place}`;
}

/** The path of a remote that is a folder; null for an address, '' for a relative path. */
function findFolderPath(text: string): string | null {
  const [, filePath] = /^file:\/\/(?:localhost)?(\/.*)$/i.exec(text) ?? [];
  const path = (filePath ? decodePath(filePath) : text).replaceAll('\\', '/');
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
  // The URL parser normalizes hosts of special schemes only, such as https.
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

/** `git@host:owner/name.git`, the short form of SSH addresses in Git. */
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
  const [pathWithoutQuery = ''] = path.split(/[?#]/, 1);
  return decodePath(pathWithoutQuery)
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/')
    .replace(/^\/|\/$/g, '');
}

function stripGitSuffix(path: string): string {
  return path
    .replace(/(?<!\/)\/+$/, '')
    .replace(/\.git$/i, '')
    .replace(/(?<!\/)\/+$/, '');
}

/** Maps the three spellings of a repository in Azure DevOps, and aliases of hosts, to one. */
function canonicalize(host: string, path: string): { host: string; path: string } {
  const canonicalHost = HOST_ALIASES[host] ?? host;
  if (canonicalHost === 'dev.azure.com')
    return { host: canonicalHost, path: path.replace(/^v3\//, '').replace('/_git/', '/') };
  const [, owner] = /^([^.]+)\.visualstudio\.com$/.exec(canonicalHost) ?? [];
  if (!owner) return { host: canonicalHost, path };
  const organizationPath = path.replace(/^DefaultCollection\//i, '').replace('/_git/', '/');
  return { host: 'dev.azure.com', path: `${owner}/${organizationPath}` };
}

function toPortSuffix({ scheme, host, port }: GitRemote, hostInUrl: string): string {
  // An alias serves SSH on port 443.
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
