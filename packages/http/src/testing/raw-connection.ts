import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A bare TCP connection to a server, to send what no HTTP client would. */
export interface RawConnection {
  readonly socket: Socket;
  /** Resolves with everything that was received when it holds `text`, or when the server has closed. */
  until(text: string): Promise<string>;
  /** Resolves with everything that was received when the server has closed. */
  closed(): Promise<string>;
}

/** Opens a socket, for requests that no client would send. */
export async function rawConnection(url: URL): Promise<RawConnection> {
  const socket = connect(Number(url.port), url.hostname);
  let received = '';
  socket.setEncoding('latin1').on('data', (text) => {
    received += text;
  });
  // A reset is one way of being closed.
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return {
    socket,
    async until(text) {
      while (!received.includes(text) && !socket.destroyed) {
        await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      }
      return received;
    },
    async closed() {
      if (!socket.destroyed) await once(socket, 'close');
      return received;
    },
  };
}
