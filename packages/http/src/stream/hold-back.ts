import type { FastifyRequest } from 'fastify';

/**
 * Holds an answer back (long poll): what `change` resolves with, or undefined after `waitMs`, when the client has
 * gone, or when the server closes. `change` gets a signal that is aborted when nobody waits any more, and settles then
 * or never; a rejection is passed on.
 */
export async function holdBack<T>(
  request: FastifyRequest,
  waitMs: number,
  change: (abandoned: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const { closing } = request.server.edge;
  if (waitMs <= 0 || closing.aborted) return undefined;
  const abandoned = new AbortController();
  const { socket } = request.raw;
  const abandon = (): void => abandoned.abort();
  const timer = setTimeout(abandon, waitMs);
  socket.once('close', abandon);
  closing.addEventListener('abort', abandon, { once: true });
  const nothing = new Promise<undefined>((resolve) => {
    abandoned.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([change(abandoned.signal), nothing]);
  } finally {
    clearTimeout(timer);
    socket.removeListener('close', abandon);
    closing.removeEventListener('abort', abandon);
    abandon();
  }
}
