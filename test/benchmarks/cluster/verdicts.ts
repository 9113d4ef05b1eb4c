import { type Figure, milliseconds, perSecond } from '../figure.ts';
import { type LoadResult, load } from '../processes.ts';

/**
 * The compilers of the broker and of ten processes take their time: before that, they are what is measured. As many calls on
 * the floor as on the product, for it is calls that warm them up.
 */
const WARM_UP = { connections: 32, count: 12_000, seconds: 120 };
const SECONDS = 10;
/** Calls under way. */
const LEVELS = [1, 32, 256] as const;

export type Verdicts = Readonly<Record<(typeof LEVELS)[number], LoadResult>>;

/** Verdicts one after the other, and as many as there can be at 32 and 256 under way, on floor and product alike. */
export async function measureVerdicts(url: string, keys: readonly string[]): Promise<Verdicts> {
  await load(url, keys, WARM_UP);
  const results: [number, LoadResult][] = [];
  for (const connections of LEVELS) {
    const result = await load(url, keys, { connections, seconds: SECONDS });
    if (result.failed > 0)
      throw new Error(
        `${result.failed} of ${result.count} calls failed at ${connections}: ${result.firstFailure}`,
      );
    results.push([connections, result]);
  }
  return Object.fromEntries(results) as unknown as Verdicts;
}

export function verdictFigures(product: Verdicts, floor: Verdicts): Figure[] {
  const [one, oneFloor] = [product[1], floor[1]];
  return [
    {
      name: 'cluster: p50 verdict, one in flight, ms',
      figure: milliseconds(one.p50Ms),
      floor: milliseconds(oneFloor.p50Ms),
      ratio: one.p50Ms,
      target: { atMost: 12 },
    },
    {
      name: 'cluster: p99 verdict, one in flight, ms',
      figure: milliseconds(one.p99Ms),
      floor: milliseconds(oneFloor.p99Ms),
      ratio: one.p99Ms,
      target: { atMost: 60 },
    },
    {
      name: 'cluster: p50 verdict against the bare loop',
      figure: milliseconds(one.p50Ms),
      floor: milliseconds(oneFloor.p50Ms),
      ratio: one.p50Ms / oneFloor.p50Ms,
      target: { atMost: 2 },
    },
    ...([32, 256] as const).map((level) => ({
      name: `cluster: verdicts at ${level} in flight`,
      figure: perSecond(product[level].perSecond),
      floor: perSecond(floor[level].perSecond),
      ratio: product[level].perSecond / floor[level].perSecond,
      target: { atLeast: 0.4 },
    })),
  ];
}
