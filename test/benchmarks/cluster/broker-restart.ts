import { setTimeout as pause } from 'node:timers/promises';
import { createGroupLagReader, type GroupLag } from '@countersign/infra-kafka';
import type { Figure } from '../figure.ts';
import { load } from '../processes.ts';
import type { Ground } from './ground.ts';
import type { Product } from './product.ts';

const TARGET_S = 15;
const LOAD_SECONDS = 90;
const CONNECTIONS = 8;
const LOOK_EVERY_MS = 250;
/** Offsets are committed now and then: a lag is the mean over some commits. */
const WINDOW_LOOKS = 8;
const BEFORE_LOOKS = 24;
const WITHIN = 1.2;
const GIVE_UP_MS = 60_000;

/**
 * Restarts the broker under load. From its being back until the lag of all groups, as a mean over two seconds, is at most a
 * fifth above its level before, while at least four fifths of what was written before is written again.
 */
export async function measureBrokerRestart({ kafka }: Ground, { cluster, keys }: Product): Promise<Figure> {
  const reader = createGroupLagReader(kafka.brokers);
  const [broker] = kafka.processes;
  const stopping = new AbortController();
  const { signal } = stopping;
  // It ends when it is no longer needed; that calls fail meanwhile is the point.
  const loading = load(cluster.url, keys, { connections: CONNECTIONS, seconds: LOAD_SECONDS, signal }).catch(
    () => null,
  );
  try {
    await watch(reader.read, WINDOW_LOOKS);
    const before = levelOf(await watch(reader.read, BEFORE_LOOKS));
    await broker?.stop();
    await broker?.start();
    const begin = performance.now();
    let looks: (GroupLag | null)[] = [];
    let level = levelOf(looks);
    while (
      level === null ||
      before === null ||
      level.behind > before.behind * WITHIN ||
      level.written < before.written / WITHIN
    ) {
      if (performance.now() - begin > GIVE_UP_MS) break;
      looks = [...looks, ...(await watch(reader.read, 1))].slice(-WINDOW_LOOKS);
      level = looks.length === WINDOW_LOOKS ? levelOf(looks) : null;
    }
    const seconds = (performance.now() - begin) / 1000;
    return {
      name: 'cluster: lag at its level again after a restart of the broker, s',
      figure: `${seconds.toFixed(2)} s`,
      floor: `${Math.round(before?.behind ?? 0)} records`,
      ratio: seconds,
      target: { atMost: TARGET_S },
    };
  } finally {
    stopping.abort();
    await loading;
    await reader.close();
  }
}

async function watch(read: () => Promise<GroupLag | null>, looks: number): Promise<(GroupLag | null)[]> {
  const seen: (GroupLag | null)[] = [];
  for (let look = 0; look < looks; look += 1) {
    await pause(LOOK_EVERY_MS);
    seen.push(await read());
  }
  return seen;
}

/** Mean lag and what was written between two looks; `null` if the brokers could not tell each time. */
function levelOf(looks: readonly (GroupLag | null)[]): GroupLag | null {
  const known = looks.filter((look) => look !== null);
  const [first, last] = [known.at(0), known.at(-1)];
  if (known.length < Math.max(2, looks.length) || !first || !last) return null;
  return {
    behind: known.reduce((sum, { behind }) => sum + behind, 0) / known.length,
    written: (last.written - first.written) / (known.length - 1),
  };
}
