import { parseStrictJson } from '../strict-json/parse-strict-json.ts';

/** Prints what strict parsing costs beside the built-in parser, on a body like that of a tool call (about 500 bytes). */
const body = Buffer.from(
  JSON.stringify({
    agent_id: 'invoice-agent',
    tool_name: 'payments.refund',
    arguments: {
      invoice: 'INV-2026-001734',
      amount_micros: 125_000_000,
      currency: 'EUR',
      lines: [
        { sku: 'A-1', quantity: 2, note: 'said "broken on arrival"' },
        { sku: 'B-7', quantity: 1, note: 'never delivered: see case 4711' },
      ],
      notify: true,
    },
    reason: 'The customer returned two items and was promised a refund within five days.',
    user_id: 'erika.mustermann',
    session_id: '0192f2c1-7d7e-7c3a-9c7e-2f1b0a9d8e7f',
    confidence: 0.92,
    redeem: true,
  }),
);

const ROUNDS = 300_000;

function microsPerRun(run: () => unknown): number {
  for (let i = 0; i < ROUNDS / 10; i++) run();
  const start = process.hrtime.bigint();
  for (let i = 0; i < ROUNDS; i++) run();
  return Number(process.hrtime.bigint() - start) / ROUNDS / 1_000;
}

const builtIn = microsPerRun(() => JSON.parse(body.toString('utf8')));
const strict = microsPerRun(() => parseStrictJson(body));
console.log(`${body.length} bytes: built-in ${builtIn.toFixed(2)} us, strict ${strict.toFixed(2)} us`);
