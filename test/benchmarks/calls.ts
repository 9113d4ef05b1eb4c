import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { type Figure, milliseconds, perSecond } from './figure.ts';
import {
  BENCH_PLANS,
  load,
  type Program,
  register,
  residentMb,
  startEcho,
  startProgram,
} from './processes.ts';
import { recordCall } from './recorded-call.ts';

const BARE_CALL = fileURLToPath(new URL('bare-call.ts', import.meta.url));
/** Those of the product's process. */
const FLAGS = ['--max-semi-space-size=8'];

const SECONDS = 6;
const WARM_UP_SECONDS = 3;

/**
 * Verdicts and whole calls against the echo, and what memory they take; verdicts also against a process that answers after
 * the same appends and no logic, which is as fast as they could be on this ledger.
 */
export async function measureCalls(): Promise<Figure[]> {
  const directory = await temporaryDirectory();
  const env = { COUNTERSIGN_ACCESS_PLANS: BENCH_PLANS, COUNTERSIGN_LOG_LEVEL: 'warn' };
  // It also starts the product once: what the first start of a version compiles is kept for all others, and one of those is
  // measured.
  const call = join(directory.path, 'call.json');
  await recordCall(call);
  const product = await startStandalone({ dataDirectory: join(directory.path, 'product'), env });
  const echo = await startEcho();
  const bare = await startBareCall(join(directory.path, 'bare'), call);
  try {
    const key = await register(product);
    await load(product.url, key, { connections: 32, seconds: WARM_UP_SECONDS, mode: 'whole' });
    await load(echo.url, '', { connections: 32, seconds: WARM_UP_SECONDS });
    await load(bare.line, '', { connections: 32, seconds: WARM_UP_SECONDS });
    const floor32 = await load(echo.url, '', { connections: 32, seconds: SECONDS });
    const bare32 = await load(bare.line, '', { connections: 32, seconds: SECONDS });
    const verdicts = await load(product.url, key, { connections: 32, seconds: SECONDS });
    const whole = await load(product.url, key, { connections: 32, seconds: SECONDS, mode: 'whole' });
    const floor1 = await load(echo.url, '', { connections: 1, seconds: SECONDS });
    const bare1 = await load(bare.line, '', { connections: 1, seconds: SECONDS });
    const single = await load(product.url, key, { connections: 1, seconds: SECONDS });
    const { peak } = residentMb(product);
    const failed = verdicts.failed + whole.failed + single.failed + bare32.failed + bare1.failed;
    if (failed > 0) throw new Error(`${failed} calls were not answered with 200`);
    return [
      {
        name: 'verdicts at 32 connections',
        figure: perSecond(verdicts.perSecond),
        floor: perSecond(floor32.perSecond),
        ratio: verdicts.perSecond / floor32.perSecond,
        target: { atLeast: 0.25 },
      },
      {
        name: 'verdicts at 32 connections against the bare appends',
        figure: perSecond(verdicts.perSecond),
        floor: perSecond(bare32.perSecond),
        ratio: verdicts.perSecond / bare32.perSecond,
        target: { atLeast: 0.4 },
      },
      {
        name: 'whole calls at 32 connections',
        figure: perSecond(whole.perSecond),
        floor: perSecond(floor32.perSecond),
        ratio: whole.perSecond / floor32.perSecond,
        target: { atLeast: 0.13 },
      },
      {
        name: 'mean verdict at one connection',
        figure: milliseconds(single.meanMs),
        floor: milliseconds(floor1.meanMs),
        ratio: single.meanMs / floor1.meanMs,
        target: { atMost: 6 },
      },
      {
        name: 'mean verdict at one connection against the bare appends',
        figure: milliseconds(single.meanMs),
        floor: milliseconds(bare1.meanMs),
        ratio: single.meanMs / bare1.meanMs,
        target: { atMost: 2 },
      },
      {
        name: 'p99 verdict at one connection, ms',
        figure: milliseconds(single.p99Ms),
        floor: milliseconds(floor1.p99Ms),
        ratio: single.p99Ms,
        target: { atMost: 8 },
      },
      {
        name: 'resident memory under full load, MB',
        figure: `${peak} MB`,
        floor: '',
        ratio: peak,
        target: { atMost: 300 },
      },
    ];
  } finally {
    echo.stop();
    await bare.stop();
    await product.stop();
    await directory[Symbol.asyncDispose]();
  }
}

function startBareCall(directory: string, call: string): Promise<Program> {
  return startProgram(BARE_CALL, ['--directory', directory, '--call', call], FLAGS);
}
