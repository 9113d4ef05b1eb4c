import type { Principal } from '@countersign/access';
import { type CloudEvent, type Problem, problem } from '@countersign/contracts';
import { type Directory, projectOf } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { RecordedEvent } from '@countersign/event-store';
import { isProblem } from '@countersign/http';
import type { Publisher } from '@countersign/message-bus';
import {
  type Admission,
  admissionProblem,
  openedCloudEvent,
  type RecordRead,
  type ServiceDependencies,
  toCloudEvent,
} from '@countersign/service';
import type { CallRow } from '../views/call-row.ts';
import { CALL_STREAMS } from '../views/recall.ts';

interface TimelineDependencies {
  readonly service: ServiceDependencies;
  readonly publisher: Publisher;
  readonly directory: Pick<Directory, 'agent'>;
  /** A retrieved trace counts against the plan of who reads it, before it is read. */
  readonly admission: Pick<Admission, 'request'>;
  /** Reading the audit trail is itself recorded, by the service that owns that record. */
  readonly recordRead: RecordRead;
}

/** Every event of a call in ledger order, opened for a caller who may read the fields; recorded as a reading. */
export function createTimeline(deps: TimelineDependencies) {
  const { service, publisher } = deps;
  const { store, sealer } = service;
  return async (call: CallRow, principal: Principal, mayOpen: boolean): Promise<CloudEvent[] | Problem> => {
    const { organization, agent_id } = call;
    const admitted = await deps.admission.request({
      by: principal,
      traffic: null,
      amounts: [{ key: 'traces_retrieved', amount: 1 }],
      project: projectOf(deps.directory, organization, agent_id),
    });
    if (admitted.kind !== 'admitted') return admissionProblem(admitted);
    const own = await Promise.all(CALL_STREAMS.map((category) => store.read(streamName(category, call.id))));
    const meter = await Promise.all(call.quota_positions.map((position) => at(position)));
    const events = [...own.flat(), ...meter.flat()].sort((a, b) => a.position - b.position);
    const items: CloudEvent[] = [];
    for (const event of events) {
      const message = publisher.publish(event);
      if (!message) continue;
      const opened = mayOpen ? await openedCloudEvent(sealer, message) : toCloudEvent(message);
      if (isProblem(opened)) return opened;
      items.push(opened);
    }
    const recorded = await deps.recordRead(principal, {
      what: 'timeline',
      filter: { types: null, subject: streamName('toolcall', call.id), after: null },
      count: items.length,
    });
    return recorded ? items : problem('unavailable', 'the reading can not be recorded now');
  };

  async function at(position: number): Promise<RecordedEvent[]> {
    const page = await store.readPage({ from: position, limit: 1 });
    return page.events.filter((event) => event.position === position);
  }
}
