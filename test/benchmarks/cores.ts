import { measureAccessLayers } from '@countersign/directory/bench';
import { measureMetering } from '@countersign/metering/bench';
import { benchPolicy } from '@countersign/policy/bench';
import { type Figure, perSecond } from './figure.ts';

const PAIRS = 200_000;
const METERING_TARGET = 80_000;
const ACCESS_DECISIONS = 200_000;
const ACCESS_TARGET_US = 20;

/** The pure cores: the policy engine against bare cel-js, metering in memory, and who may do what. */
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
    ...[1, 100].map((organizations) => {
      const { p99Us } = measureAccessLayers(organizations, ACCESS_DECISIONS);
      return {
        name: `access layers of a decision, ${organizations} organizations, p99 in us`,
        figure: String(p99Us),
        floor: '',
        ratio: p99Us,
        target: { atMost: ACCESS_TARGET_US },
      };
    }),
  ];
}
