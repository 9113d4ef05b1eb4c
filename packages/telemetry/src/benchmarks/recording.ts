import { createMetrics } from '../metrics/create-metrics.ts';

/** Prints what recording costs through handles, in nanoseconds. */
const metrics = createMetrics();
const ROUNDS = 3_000_000;

function nanosPerRun(run: (round: number) => void): string {
  for (let round = 0; round < ROUNDS / 10; round++) run(round);
  const start = process.hrtime.bigint();
  for (let round = 0; round < ROUNDS; round++) run(round);
  return `${(Number(process.hrtime.bigint() - start) / ROUNDS).toFixed(0)} ns`;
}

const decided = metrics.counter('decisions_total', { verdict: 'allow' });
const latency = metrics.histogram('decision_latency_seconds', {});
const duration = metrics.histogram('http_request_duration_seconds', { route: 'POST /v1/tool-calls' });
console.log(
  'counter, kept handle:          ',
  nanosPerRun(() => decided.add()),
);
console.log(
  'histogram, no labels:          ',
  nanosPerRun((round) => latency.record((round % 100) / 1_000)),
);
console.log(
  'histogram, one label:          ',
  nanosPerRun((round) => duration.record((round % 100) / 1_000)),
);
console.log(
  'counter, handle taken each time:',
  nanosPerRun(() => metrics.counter('decisions_total', { verdict: 'deny' }).add()),
);
