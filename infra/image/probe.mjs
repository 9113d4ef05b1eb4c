/**
 * Asks the service of this container for `/healthz` or `/readyz`, and ends with 1 unless the answer is good: an image
 * without a shell's tools has nothing else to ask with.
 */
const { COUNTERSIGN_HTTP_PORT: port = '7070' } = process.env;
const path = process.argv[2] ?? '/healthz';
const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(4_000) }).catch(
  (cause) => ({ ok: false, status: String(cause) }),
);
if (!answer.ok) {
  process.stderr.write(`${path}: ${answer.status}\n`);
  process.exitCode = 1;
}
