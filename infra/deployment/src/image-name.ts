/** A version of three numbers: the same image tomorrow as today, as far as a tag can promise it. */
const PINNED = /^[a-z0-9./-]+:v?[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.-]+)?(@sha256:[0-9a-f]{64})?$/;

export function isPinned(image: string): boolean {
  return PINNED.test(image);
}
