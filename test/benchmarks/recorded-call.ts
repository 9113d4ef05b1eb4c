import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type NewEvent, type RecordedEvent, readAll } from '@countersign/event-store';
import { isOpenError, openSqliteEventStore } from '@countersign/event-store-sqlite';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { BENCH_PLANS, load, register } from './processes.ts';

/** The stages of a call, in order, and the category of the stream that each appends to. */
export const STAGES = {
  announce: 'toolcall',
  evaluate: 'evaluation',
  reserve: 'meter',
  authorize: 'toolcall',
} as const;
export type Stage = keyof typeof STAGES;

/** What each stage of one real call has appended. */
export type RecordedCall = Readonly<Record<Stage, readonly NewEvent[]>>;

/** Makes one call on an installation and writes its events to a file: what the bare loop sends round is as large as real ones. */
export async function recordCall(file: string): Promise<void> {
  await using directory = await temporaryDirectory();
  const product = await startStandalone({
    dataDirectory: directory.path,
    env: { COUNTERSIGN_ACCESS_PLANS: BENCH_PLANS },
  });
  try {
    await load(product.url, [await register(product)], { connections: 1, seconds: 10, count: 1 });
  } finally {
    await product.stop();
  }
  const events = await readLedger(directory.path);
  const of = (category: string) => events.filter(({ stream }) => stream.startsWith(`${category}-`));
  const calls = of('toolcall');
  const announced = calls.filter(({ type }) => /^(decision-made|tool-requested)\./.test(type));
  const call: RecordedCall = {
    announce: announced.map(toNew),
    evaluate: of('evaluation').map(toNew),
    reserve: of('meter')
      .filter(({ type }) => type.startsWith('quota-reserved.'))
      .map(toNew),
    authorize: calls.filter((event) => !announced.includes(event)).map(toNew),
  };
  for (const [stage, of] of Object.entries(call))
    if (of.length === 0) throw new Error(`the recorded call has no events of stage ${stage}`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(call));
}

async function readLedger(directory: string): Promise<RecordedEvent[]> {
  const store = await openSqliteEventStore({ directory });
  if (isOpenError(store)) throw new Error(store.detail);
  const events: RecordedEvent[] = [];
  for await (const page of readAll(store)) events.push(...page.events);
  await store.close();
  return events;
}

function toNew({ type, data, sealed, metadata }: RecordedEvent): NewEvent {
  return { type, data, metadata, ...(sealed === undefined ? {} : { sealed }) };
}
