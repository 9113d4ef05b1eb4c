import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

/**
 * Prints the CPU time that a server spends on one request of a tool call: bare Fastify with zod, and the edge with
 * admission, strict parsing, schemas and metrics. CPU time, because it does not depend on what else the machine does.
 */
const BODY = JSON.stringify({
  agent_id: 'invoice-agent',
  tool_name: 'payments.refund',
  arguments: { invoice: 'INV-2026-001734', amount_micros: 125_000_000, notify: true, note: 'said "broken"' },
  reason: 'The customer returned two items and was promised a refund within five days.',
  user_id: 'erika.mustermann',
  redeem: true,
});
const REQUEST = [
  'POST /v1/tool-calls HTTP/1.1',
  'Host: localhost',
  'Authorization: Bearer key',
  'Content-Type: application/json',
  `Content-Length: ${Buffer.byteLength(BODY)}`,
  '',
  BODY,
].join('\r\n');

const CONNECTIONS = 32;
const WARM_UP = 20_000;
const MEASURED = 60_000;

/** User and system time of a process, in microseconds (Linux counts in hundredths of a second). */
function cpuMicros(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) * 10_000;
}

/** Sends requests over all connections until so many are answered. */
async function load(port: number, requests: number): Promise<void> {
  let answered = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('data', (bytes) => {
        if (!bytes.includes('HTTP/1.1 200 OK')) throw new Error(bytes.toString('latin1'));
        answered++;
        if (answered > requests) socket.destroy();
        else socket.write(REQUEST);
      });
      socket.write(REQUEST);
      await once(socket, 'close');
    }),
  );
}

async function microsPerRequest(kind: string): Promise<number> {
  const file = fileURLToPath(new URL('edge-server.ts', import.meta.url));
  const server = spawn(process.execPath, [file, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(server.stdout, 'data');
  await load(Number(port), WARM_UP);
  const before = cpuMicros(server.pid ?? 0);
  await load(Number(port), MEASURED);
  const used = cpuMicros(server.pid ?? 0) - before;
  server.kill();
  return used / MEASURED;
}

for (let round = 0; round < 3; round++) {
  const bare = await microsPerRequest('bare');
  const edge = await microsPerRequest('edge');
  console.log(`bare ${bare.toFixed(1)} us, edge ${edge.toFixed(1)} us, more ${(edge - bare).toFixed(1)} us`);
}
