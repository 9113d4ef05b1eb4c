import { measureMetering } from '@countersign/metering/bench';
import { benchPolicy } from '@countersign/policy/bench';
import { type Figure, perSecond } from './figure.ts';

const PAIRS = 200_000;
const METERING_TARGET = 80_000;

/** The pure cores: the policy engine against bare cel-js, and metering in memory. */
export async function measureCores(): Promise<Figure[]> {
  const policy = await benchPolicy();
  const { pairsPerSecond } = measureMetering(PAIRS);
  return [
    ...policy.flatMap(({ name, figure, floor, ratio, target }) =>
      target === undefined
        ? []
        : [
            {
              name: `policy: ${name}`,
              figure: perSecond(figure),
              floor: perSecond(floor),
              ratio,
              target: { atLeast: target },
            },
          ],
    ),
    {
      name: 'metering in memory, 4 scopes, reserve+commit/s',
      figure: perSecond(pairsPerSecond),
      floor: '',
      ratio: pairsPerSecond,
      target: { atLeast: METERING_TARGET },
    },
  ];
}
