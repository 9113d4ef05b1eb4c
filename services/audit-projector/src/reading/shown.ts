import type { CloudEvent, Problem } from '@countersign/contracts';
import type { RecordedEvent } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import type { Sealer } from '@countersign/sealing';
import { erasedCloudEvent, openedCloudEvent } from '@countersign/service';
import type { IsLetGoOf } from './let-go-of.ts';

export interface ShownDependencies {
  readonly sealer: Sealer;
  readonly isLetGoOf: IsLetGoOf;
}

/** An event as it is handed out: opened, unless it is of a call that was let go of. */
export async function shownEvent(
  { sealer, isLetGoOf }: ShownDependencies,
  event: RecordedEvent,
  message: Message,
): Promise<CloudEvent | Problem> {
  return (await isLetGoOf(event)) ? erasedCloudEvent(message) : openedCloudEvent(sealer, message);
}
