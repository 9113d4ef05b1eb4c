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
  /** Holds back what clients say, from the first piece on that has these words in it. */
  hold(words: string): Held;
  /** Where new connections go. */
  target: number;
}

/** What clients have said and the server has not heard. */
export interface Held {
  /** How often the words are in it. */
  times(): number;
  /** The server hears all of it, in order, and what comes after it. */
  release(): void;
}

/** A way to a port of this machine that can fall silent and break. */
export async function startNetwork(target: number): Promise<Network> {
  const pairs = new Set<readonly [client: Socket, server: Socket]>();
  let silent = false;
  let holding: {
    readonly words: string;
    times: number;
    readonly pieces: (readonly [Socket, Buffer])[];
  } | null = null;
  const pass = (server: Socket, piece: Buffer) => {
    const times = holding ? piece.toString('latin1').split(holding.words).length - 1 : 0;
    if (!holding || (holding.pieces.length === 0 && times === 0)) return void server.write(piece);
    holding.times += times;
    holding.pieces.push([server, piece]);
  };
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
    hold(words: string): Held {
      const held = { words, times: 0, pieces: [] as (readonly [Socket, Buffer])[] };
      holding = held;
      return {
        times: () => held.times,
        release() {
          if (holding === held) holding = null;
          for (const [server, piece] of held.pieces.splice(0)) server.write(piece);
        },
      };
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
    client.on('data', (data) => pass(server, data));
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
