import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { Network } from '../../routers/core/network.ts';

/** The network of this machine. */
export const network: Network = {
  lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: (address, port) => connect({ host: address, port }),
};
