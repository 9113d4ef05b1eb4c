import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Starts listening; port 0 takes any free one. The answer is the address that callers use. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<URL> {
  await app.listen({ host, port });
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return new URL(`http://${name}:${address.port}`);
}

/** How long running requests may take to end when a server closes, in ms. */
export const DEFAULT_GRACE_MS = 10_000;

/**
 * Closes a server: takes no connection any more, ends streams and held-back answers, lets running requests finish for
 * `graceMs` at most, then cuts their connections.
 */
export async function closeServer(app: FastifyInstance, graceMs: number = DEFAULT_GRACE_MS): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(cut);
}
