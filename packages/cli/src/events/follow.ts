import type { CloudEvent, EventQuery } from '@countersign/sdk';
import type { Session } from '../session.ts';
import { eventLine } from './event-line.ts';

/** What following takes beside which events. */
export interface FollowOptions {
  /** Ends after so many events; default never. */
  readonly count?: number | undefined;
  /** Begin after this position; default with what comes next. */
  readonly after?: string | undefined;
}

/** Prints events as they come, one a line, until it is interrupted or has shown enough. */
export async function follow(
  { client, out, io }: Session,
  query: Omit<EventQuery, 'after'>,
  { count = Number.POSITIVE_INFINITY, after }: FollowOptions,
  isWanted: (event: CloudEvent) => boolean = () => true,
): Promise<void> {
  if (count === 0) return;
  // A stream comes back whenever its server does; a server that was never there is a mistake to be told.
  await client.health.live();
  let seen = 0;
  const events = client.events.stream({ ...query, after }, { signal: io.interruption() });
  for await (const event of events) {
    if (!isWanted(event)) continue;
    await out.item(event, (paint) => eventLine(event, paint));
    seen += 1;
    if (seen >= count) return;
  }
}
