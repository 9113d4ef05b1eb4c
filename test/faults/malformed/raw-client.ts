import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type RawAnswer, readAnswer } from './raw-answer.ts';
import { bytesOf, type RawRequest } from './raw-request.ts';

/** Sends requests byte by byte, over connections that it keeps while the server does. */
export interface RawClient {
  /** The answer; `null` if the server closed the connection without one. */
  send(request: RawRequest): Promise<RawAnswer | null>;
  close(): void;
}

/** An answer takes milliseconds; this is to notice a server that hangs. */
const SILENCE_MS = 20_000;

export function createRawClient(url: URL): RawClient {
  const idle: Socket[] = [];
  const open = async (): Promise<Socket> => {
    const kept = idle.pop();
    if (kept) return kept;
    const socket = connect(Number(url.port), url.hostname);
    socket.setNoDelay(true);
    // A reset is one way of being closed; `exchange` looks at what was received.
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
    return socket;
  };

  return {
    async send(request) {
      const socket = await open();
      const answer = await exchange(socket, request);
      // What comes after a broken request belongs to nobody: the next one gets a connection of its own.
      if (answer?.keepsAlive && !socket.destroyed && isWhole(request)) idle.push(socket);
      else socket.destroy();
      return answer;
    },
    close() {
      for (const socket of idle.splice(0)) socket.destroy();
    },
  };
}

/** Framing as a server must understand it, so that the connection is good for another request. */
function isWhole({ cutAfter, headers }: RawRequest): boolean {
  return (
    cutAfter === null && !headers.some((line) => /^(content-length|transfer-encoding|expect)/i.test(line))
  );
}

function exchange(socket: Socket, request: RawRequest): Promise<RawAnswer | null> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const silent = setTimeout(() => {
      done();
      socket.destroy();
      reject(new Error(`no answer to: ${request.wrong}`));
    }, SILENCE_MS);
    const onData = (piece: Buffer) => {
      received = Buffer.concat([received, piece]);
      const answer = readAnswer(received, request.method === 'HEAD');
      if (answer) finish(answer);
    };
    // A server that refuses what is still being sent resets: what it said before counts.
    const onEnd = () => finish(null);
    const done = () => {
      clearTimeout(silent);
      socket.off('data', onData).off('close', onEnd).off('end', onEnd);
    };
    const finish = (answer: RawAnswer | null) => {
      done();
      resolve(answer);
    };
    socket.on('data', onData).on('close', onEnd).on('end', onEnd);
    socket.write(bytesOf(request));
    if (request.cutAfter !== null) socket.end();
  });
}
