import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { type Figure, milliseconds, perSecond } from './figure.ts';
import { BENCH_PLANS, load, register, residentMb, startEcho } from './processes.ts';

const SECONDS = 6;
const WARM_UP_SECONDS = 3;

/** Verdicts and whole calls against the echo, and what memory they take. */
export async function measureCalls(): Promise<Figure[]> {
  const directory = await temporaryDirectory();
  const env = { COUNTERSIGN_ACCESS_PLANS: BENCH_PLANS, COUNTERSIGN_LOG_LEVEL: 'warn' };
  // What the first start of a version compiles is kept for all others, and one of those is measured.
  await (await startStandalone({ env })).stop();
  const product = await startStandalone({ dataDirectory: directory.path, env });
  const echo = await startEcho();
  try {
    const key = await register(product);
    await load(product.url, key, { connections: 32, seconds: WARM_UP_SECONDS, mode: 'whole' });
    await load(echo.url, '', { connections: 32, seconds: WARM_UP_SECONDS });
    const floor32 = await load(echo.url, '', { connections: 32, seconds: SECONDS });
    const verdicts = await load(product.url, key, { connections: 32, seconds: SECONDS });
    const whole = await load(product.url, key, { connections: 32, seconds: SECONDS, mode: 'whole' });
    const floor1 = await load(echo.url, '', { connections: 1, seconds: SECONDS });
    const single = await load(product.url, key, { connections: 1, seconds: SECONDS });
    const { peak } = residentMb(product);
    const failed = verdicts.failed + whole.failed + single.failed;
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
    await product.stop();
    await directory[Symbol.asyncDispose]();
  }
}
