import type { Socket } from 'node:net';

/** How the server reaches hosts that the environment does not name. */
export interface Network {
  /** The IP addresses of a host. Rejects when it has none. */
  lookup(host: string): Promise<string[]>;
  /** A TCP connection to an IP address. */
  connect(address: string, port: number): Socket;
}
