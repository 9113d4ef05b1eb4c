import { approvalServicePublications } from '@countersign/approval-service';
import { auditProjectorPublications } from '@countersign/audit-projector';
import { isStoreError, readAll } from '@countersign/event-store';
import { openEventStoreDb } from '@countersign/event-store-eventstoredb';
import { gatewayPublications } from '@countersign/gateway';
import { createPublisher, type Message } from '@countersign/message-bus';
import { meterServicePublications } from '@countersign/meter-service';
import { policyEnginePublications } from '@countersign/policy-engine';
import type { LedgerEvent } from '../kill-rounds/ledger-event.ts';

const publisher = createPublisher([
  ...gatewayPublications,
  ...policyEnginePublications,
  ...approvalServicePublications,
  ...meterServicePublications,
  ...auditProjectorPublications,
]);

/** Every topic that stored events are published on. */
export const publishedTopics = [
  ...new Set(publisher.publications.flatMap(({ topic }) => (topic === null ? [] : [topic]))),
];

/** All public events of the store, in order, from the store itself and from nowhere else. */
export async function readStore(url: string): Promise<readonly Message[]> {
  const store = await openEventStoreDb({ url });
  if ('code' in store) throw new Error(isStoreError(store) ? store.code : JSON.stringify(store));
  try {
    const messages: Message[] = [];
    for await (const { events } of readAll(store))
      messages.push(...events.flatMap((event) => publisher.publish(event) ?? []));
    return messages;
  } finally {
    await store.close();
  }
}

export function asLedgerEvent(message: Message): LedgerEvent {
  const { position, type, subject, sequence, correlation, data } = message;
  return { position: String(position), type, subject, sequence, call: correlation ?? null, data };
}
