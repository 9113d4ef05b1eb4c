import { services } from '@countersign/contracts';
import { NO_STREAM } from '@countersign/event-sourcing';
import {
  type EventStore,
  eventUuid,
  isStoreError,
  type Position,
  type RecordedEvent,
} from '@countersign/event-store';
import { EXIT } from '../exit-code.ts';
import { refuse } from './migration-error.ts';

const RELAYS = 'lease-relay.';

/** Whether an event is one that a migration leaves for the relays: the only ones that are not the source's. */
export function isHandover({ stream, version, data }: RecordedEvent): boolean {
  return stream.startsWith(RELAYS) && version === 1 && data.holder === HOLDER;
}

const HOLDER = 'countersign migrate';

/**
 * Tells the relay of each service where to begin: behind what the reactors of the source had handled. What they had not is
 * published, and what they had is not handled a second time.
 */
export async function handOver(target: EventStore, position: Position): Promise<void> {
  for (const service of services) {
    const stream = `${RELAYS}${service}`;
    const event = {
      type: 'lease-renewed.v1',
      data: { holder: HOLDER, released: true, kept: { position } },
      metadata: {
        id: eventUuid(`${HOLDER}/${service}`),
        time: new Date().toISOString(),
        organization: 'default',
      },
    };
    const appended = await target.append(stream, NO_STREAM, [event]).durable;
    if (!isStoreError(appended)) continue;
    refuse(
      appended.code,
      `the relay of ${service} can't be told where to begin: ${appended.code}`,
      'see to the target and run the same again before the cluster is started',
      EXIT.unreachable,
    );
  }
}
