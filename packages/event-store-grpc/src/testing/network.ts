import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The network between a client and a server, for tests that break it. */
export interface Network extends AsyncDisposable {
  readonly port: number;
  /** From now on the server's answers are held back. */
  silence(): void;
  speak(): void;
  /** Cuts every connection. */
  cut(): void;
  /** Where new connections go. */
  target: number;
}

/** A way to a port of this machine that can fall silent and break. */
export async function startNetwork(target: number): Promise<Network> {
  const pairs = new Set<readonly [client: Socket, server: Socket]>();
  let silent = false;
  const network = {
    target,
    silence() {
      silent = true;
      for (const [, server] of pairs) server.pause();
    },
    speak() {
      silent = false;
      for (const [, server] of pairs) server.resume();
    },
    cut() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
  };
  const listener = createServer((client) => {
    const server = connect(network.target, '127.0.0.1');
    const pair = [client, server] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.setNoDelay().on('error', end).on('close', end);
    client.on('data', (data) => server.write(data));
    server.on('data', (data) => client.write(data));
    if (silent) server.pause();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return Object.assign(network, {
    port: (listener.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      network.cut();
      listener.close();
    },
  });
}
