import { networkInterfaces } from 'node:os';
import type { Env } from './env.ts';

/** Whether the output is for a person: a terminal, or LOG_FORMAT=text. */
export function isForPeople({ LOG_FORMAT }: Pick<Env, 'LOG_FORMAT'>): boolean {
  return LOG_FORMAT === 'auto' ? process.stdout.isTTY === true : LOG_FORMAT === 'text';
}

export interface BannerOptions extends Pick<Env, 'HOST' | 'PUBLIC_URL'> {
  /** the port that the server listens on */
  port: number;
  version: string;
}

/** What a person who starts the server needs next: its addresses, and how to stop it. */
export function toBanner({ HOST, PUBLIC_URL, port, version }: BannerOptions): string {
  const isOpen = HOST === '0.0.0.0' || HOST === '::';
  const local = `http://${isOpen ? 'localhost' : toHostInUrl(HOST)}:${port}`;
  const lines: [label: string, value: string][] = [
    ['API docs', `${local}/docs/`],
    ['OpenAPI', `${local}/openapi.json`],
    ...(isOpen
      ? listLanAddresses().map((host): [string, string] => ['Network', `http://${host}:${port}/docs/`])
      : []),
    ...(PUBLIC_URL ? [['Public', PUBLIC_URL] as [string, string]] : []),
    ['Stop', 'Ctrl+C'],
  ];
  const body = lines.map(([label, value]) => `    ${label.padEnd(10)}${value}`).join('\n');
  return `\n  Flashscan ${version} is ready\n\n${body}\n\n`;
}

/** IPv4 addresses under which other machines of the network reach this one. */
function listLanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(
      ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    )
    .map(({ address }) => address);
}

function toHostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
