import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Env } from './env.ts';

/** Listens for a moment. Returns null when that works, otherwise the error code, such as EADDRINUSE. */
export function tryListen({ HOST, PORT }: Env): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(PORT, HOST, () => server.close(() => resolve(null)));
  });
}

const TCP_LISTEN = '0A';

/**
 * `process 1234 (nginx)`: who listens on a port. Linux shows the caller's own processes, and all of them to root. Null
 * where the owner is unknown.
 */
export function findPortOwner(port: number): string | null {
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].filter(existsSync).flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(
        ([, local, , state]) =>
          state === TCP_LISTEN && Number.parseInt(local?.split(':')[1] ?? '', 16) === port,
      )
      .map((fields) => `socket:[${fields[9]}]`),
  );
  if (sockets.length === 0) return null;
  const pid = readdirSync('/proc').find(
    (name) => /^\d+$/.test(name) && readOpenFiles(name).some((target) => sockets.includes(target)),
  );
  return pid === undefined ? null : `process ${pid} (${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()})`;
}

function readOpenFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => readLink(`/proc/${pid}/fd/${name}`));
  } catch {
    return [];
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
