import type { EventStore, RecordedEvent } from '@countersign/event-store';
import { bookStream } from './turn-page.ts';

/** Events by which usage of a call is counted. */
const CHARGES: readonly string[] = ['quota-committed.v1', 'quota-adjusted.v1', 'quota-overrun.v1'];

/**
 * Whether usage of a call has been counted since it was asked for, read from the books themselves. It reads whole books,
 * so it is only for the rare usage of a call that the open book has forgotten.
 */
export async function wasCharged(
  store: EventStore,
  organization: string,
  call: { readonly id: string; readonly askedAt: number },
  newestBook: number,
): Promise<boolean> {
  for (let number = newestBook; number >= 1; number -= 1) {
    const events = await store.read(bookStream(organization, number), { visibility: 'accepted' });
    if (events.some((event) => CHARGES.includes(event.type) && event.data.tool_call_id === call.id)) {
      return true;
    }
    if (beganBefore(events, call.askedAt)) return false;
  }
  return false;
}

function beganBefore([first]: readonly RecordedEvent[], askedAt: number): boolean {
  return first !== undefined && Date.parse(String(first.data.at)) < askedAt;
}
