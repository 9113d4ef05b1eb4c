import { expect, it } from 'vitest';
import { CALL, frontDoor, KEY } from '../testing/front-door.ts';

it('without the key vault intents wait, and are taken in order when it is back', async () => {
  const { gateway, feed, intent, call } = await frontDoor();
  gateway.outage.vault = true;
  const before = gateway.store.acceptedPosition;
  const written = feed.write(intent(), intent({ id: `${KEY}-2` }));
  await new Promise((resolve) => setImmediate(resolve));
  expect(gateway.store.acceptedPosition).toBe(before);
  gateway.outage.vault = false;
  expect(await written).toEqual(['taken', 'taken']);
  await gateway.settled();
  expect((await call()).status).toBe('authorized');
  expect(feed.letters).toEqual([]);
});

it('nothing is done with before it is durable', async () => {
  const { gateway, feed, intent } = await frontDoor();
  gateway.disk.hold();
  let settled = false;
  const written = feed.write(intent()).then((became) => {
    settled = true;
    return became;
  });
  while ((await gateway.types(`toolcall-${CALL}`)).length === 0)
    await new Promise((resolve) => setImmediate(resolve));
  expect(settled).toBe(false);
  gateway.disk.release();
  expect(await written).toEqual(['taken']);
});

it('under a lapsed lease an intent waits: it may be under a kill switch that is not known here', async () => {
  const { gateway, feed, intent } = await frontDoor();
  gateway.clock.advance(10_000);
  const written = feed.write(intent());
  await new Promise((resolve) => setImmediate(resolve));
  expect(await gateway.types(`toolcall-${CALL}`)).toEqual([]);
  await gateway.pass(0);
  expect(await written).toEqual(['taken']);
});
