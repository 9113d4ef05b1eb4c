import { services } from '@countersign/contracts';
import { expect, it } from 'vitest';
import { allPublications, relayedBy } from './publications.ts';

it('puts every message of a topic on it by one relay, so that they stand in the order of the ledger', () => {
  const relays = services.map((service) => relayedBy(service));
  const onTopics = allPublications.filter(({ topic }) => topic !== null);
  expect(new Set(relays.flat())).toEqual(new Set(onTopics));
  expect(relays.flat()).toHaveLength(onTopics.length);
  const topics = relays.flatMap((relayed) => [...new Set(relayed.map(({ topic }) => topic))]);
  expect(topics).toHaveLength(new Set(topics).size);
});
