import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

/**
 * A load generator in its own process: posts calls over kept-alive connections, bounded in count and time, and prints
 * what it saw as one line of JSON. Used for floor and product alike, so that its own cost is in both.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    /** Separated by commas; each call has the next one. */
    keys: { type: 'string', default: '' },
    connections: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '5' },
    /** Stop after this many, if that comes first. */
    count: { type: 'string', default: '1000000000' },
    /** `call`: one post each. `whole`: the outcome as well. */
    mode: { type: 'string', default: 'call' },
  },
});
const connections = Number(values.connections);
const keys = values.keys.split(',');
const target = new URL(values.url ?? '');
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const body = JSON.stringify({
  agent_id: 'helper',
  tool_name: 'read-file',
  arguments: { path: '/srv/reports/2026/11/weekly.md', lines: 20 },
  reason: 'the weekly report is due and its figures have to be checked',
  redeem: true,
});

/** Who is refused at once would otherwise ask thousands of times a second. */
const AFTER_FAILURE_MS = 100;
/** Far beyond what a call may take: who does not answer at all must not hold the run. */
const SILENCE_MS = 20_000;

function post(path: string, text: string, key: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      authorization: `Bearer ${key}`,
    };
    const sent = request(
      { host: target.hostname, port: target.port, path, method: 'POST', agent, headers, timeout: SILENCE_MS },
      (answer) => {
        let received = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          received += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: received }));
      },
    );
    sent.on('error', reject).on('timeout', () => sent.destroy(new Error('no answer')));
    sent.end(text);
  });
}

const latencies: number[] = [];
let failed = 0;
let firstFailure = '';
let asked = 0;
let left = Number(values.count);
const begin = performance.now();
const end = begin + Number(values.seconds) * 1000;

async function one(): Promise<void> {
  const key = keys[asked % keys.length] ?? '';
  asked += 1;
  const started = performance.now();
  const failure = await call(key).catch((error: Error) => error.message);
  if (failure !== null) {
    failed += 1;
    firstFailure ||= failure;
  }
  latencies.push(performance.now() - started);
  if (failure !== null) await pause(AFTER_FAILURE_MS);
}

/** What was wrong with it, if anything. */
async function call(key: string): Promise<string | null> {
  const answer = await post('/v1/tool-calls', body, key);
  if (answer.status !== 200) return `${answer.status} ${answer.text}`;
  if (values.mode !== 'whole') return null;
  const { id, permit } = JSON.parse(answer.text);
  const outcome = JSON.stringify({ permit: permit.token, success: true, result: 'ok', latency_ms: 3 });
  const reported = await post(`/v1/tool-calls/${id}/outcome`, outcome, key);
  return reported.status === 200 ? null : `${reported.status} ${reported.text}`;
}

await Promise.all(
  Array.from({ length: connections }, async () => {
    while (left > 0 && performance.now() < end) {
      left -= 1;
      await one();
    }
  }),
);
agent.destroy();
const seconds = (performance.now() - begin) / 1000;
latencies.sort((a, b) => a - b);
const at = (share: number) =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
const mean = latencies.reduce((sum, one) => sum + one, 0) / Math.max(1, latencies.length);
process.stdout.write(
  `${JSON.stringify({ count: latencies.length, failed, firstFailure, perSecond: latencies.length / seconds, meanMs: mean, p50Ms: at(0.5), p99Ms: at(0.99) })}\n`,
);
