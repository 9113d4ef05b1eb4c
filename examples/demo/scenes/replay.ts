import { type Client, type CloudEvent, everyItem, type ListQuery, type Page } from '@countersign/sdk';
import { type FoldedCalls, foldCall } from '../replay/calls.ts';
import { differences } from '../replay/compare.ts';
import { foldMeter, noMeters } from '../replay/meters.ts';
import type { Stage } from '../stage.ts';

/** An auditor's view: the public events alone, from position 0, make the state that the API answers. */
export async function replay({ narrator, owner }: Stage): Promise<void> {
  narrator.scene('A replay from position 0');
  const { client } = owner;
  const folded = { calls: new Map() as FoldedCalls, meters: noMeters() };
  let position = '0';
  let events = 0;
  const foldNew = async (): Promise<number> => {
    let folds = 0;
    for await (const event of eventsAfter(client, position)) {
      foldCall(folded.calls, event);
      foldMeter(folded.meters, event);
      position = event.position;
      folds += 1;
    }
    events += folds;
    return folds;
  };
  await foldNew();
  // The last reactions may still be on their way: what the API answers counts when nothing happened meanwhile.
  let answered = await readState(client);
  while ((await foldNew()) > 0) answered = await readState(client);

  narrator.say(`${events} events make ${folded.calls.size} calls and ${answered.meters.length} meters`);
  const found = differences(folded, answered);
  if (found.length > 0) narrator.quote(found.join('\n'));
  narrator.promised('calls and meters are the same as the API answers', found.length === 0);
}

async function* eventsAfter(client: Client, after: string): AsyncGenerator<CloudEvent> {
  let next: string | null = after;
  while (next !== null) {
    const page: Page<CloudEvent> = await client.events.list({ after: next, limit: 200 });
    yield* page.items;
    next = page.next;
  }
}

async function readState(client: Client) {
  return {
    calls: await collect((page) => client.toolCalls.list(page)),
    meters: await collect((page) => client.meters.list(page)),
  };
}

async function collect<Item>(list: (page: ListQuery) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const item of everyItem(list)) items.push(item);
  return items;
}
