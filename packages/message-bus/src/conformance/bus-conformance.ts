import { afterEach, beforeEach, describe } from 'vitest';
import { checkpointCases } from './checkpoints.ts';
import { deliveryCases } from './delivery.ts';
import { followingCases } from './following.ts';
import type { BusHarness, OpenBus } from './harness.ts';

/** What every bus must do, whatever carries the messages. */
export function messageBusConformance(name: string, open: OpenBus): void {
  describe(`message bus: ${name}`, () => {
    let harness: BusHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());
    describe('delivery', () => deliveryCases(() => harness));
    describe('checkpoints', () => checkpointCases(() => harness));
    describe('following and reading again', () => followingCases(() => harness));
  });
}
