/**
 * A model of two processes that share one organization's queue and ledger, and every order in which their steps can
 * happen: deliveries at least once, crashes, and rebalances that leave a process at work which no longer owns the queue.
 * Decisions are the package's own; the model adds what lies between a decision and its append.
 */

/** What a process does against deciding twice. */
export interface Scheme {
  /** An append succeeds only on the version that the decision was made from; else the process loads and decides anew. */
  readonly expectedVersion: boolean;
  /** Which earlier decisions a process knows: all that it has loaded, its own since it loaded, or none. */
  readonly dedupe: 'ledger' | 'own memory' | 'none';
}

/** A decision as the model writes it: the intent's number, and `+` for granted or `-` for denied. */
export type Decision = `${number}${'+' | '-'}`;

/** Decides an intent from the decisions known, and from those of them by which a repeat is recognised; null: already so. */
export type Decide = (
  known: readonly Decision[],
  remembered: readonly Decision[],
  intent: number,
) => Decision | null;

interface Process {
  /** Believes that the queue is its own. */
  readonly active: boolean;
  /** The next intent it handles. */
  readonly position: number;
  /** Decisions it knows; null before it has loaded. */
  readonly known: readonly Decision[] | null;
  /** How many of them it loaded: the rest are its own. */
  readonly loaded: number;
  /** Decided and not yet appended; `nothing` for "already so". */
  readonly pending: Decision | 'nothing' | null;
  /** Appended, the delivery not yet acknowledged. */
  readonly appended: boolean;
}

interface World {
  readonly log: readonly Decision[];
  /** Acknowledged deliveries: where the queue's next owner begins. */
  readonly offset: number;
  readonly owner: 0 | 1;
  readonly processes: readonly [Process, Process];
}

const idle: Process = { active: false, position: 0, known: null, loaded: 0, pending: null, appended: false };

const start = (position: number): Process => ({ ...idle, active: true, position });

/** What was found: how many worlds there are, or the first way to one that breaks the rules. */
export type Finding =
  | { readonly holds: true; readonly worlds: number }
  | { readonly holds: false; readonly violation: string; readonly steps: readonly string[] };

/** Walks through every world, nearest first. `violationOf` judges each. */
export function explore(
  scheme: Scheme,
  intents: number,
  decide: Decide,
  violationOf: (log: readonly Decision[], isFinished: boolean) => string | null,
): Finding {
  const first: World = { log: [], offset: 0, owner: 0, processes: [start(0), idle] };
  const cameBy = new Map<string, { readonly before: string; readonly step: string } | null>();
  cameBy.set(JSON.stringify(first), null);
  const queue = [JSON.stringify(first)];
  for (const name of queue) {
    const world: World = JSON.parse(name);
    const violation = violationOf(world.log, world.offset === intents);
    if (violation !== null) return { holds: false, violation, steps: wayTo(name, cameBy) };
    for (const [step, next] of stepsFrom(world, scheme, intents, decide)) {
      const nextName = JSON.stringify(next);
      if (cameBy.has(nextName)) continue;
      cameBy.set(nextName, { before: name, step });
      queue.push(nextName);
    }
  }
  return { holds: true, worlds: cameBy.size };
}

function wayTo(
  name: string,
  cameBy: ReadonlyMap<string, { readonly before: string; readonly step: string } | null>,
): readonly string[] {
  const came = cameBy.get(name);
  return came == null ? [] : [...wayTo(came.before, cameBy), came.step];
}

type Step = readonly [string, World];

function stepsFrom(world: World, scheme: Scheme, intents: number, decide: Decide): readonly Step[] {
  const ordinary = ([0, 1] as const).flatMap((id) => stepsOf(id, world, scheme, intents, decide));
  return [...deliveries(world), ...ordinary];
}

/**
 * The queue goes to the other process, or delivers to its owner again, from the last acknowledgement on: to a process
 * that begins anew, or to one that goes on with what it knows. The old owner does not notice.
 */
function deliveries(world: World): readonly Step[] {
  const other = world.owner === 0 ? 1 : 0;
  return ([world.owner, other] as const).flatMap((owner): Step[] => {
    const process = world.processes[owner];
    const anew = start(world.offset);
    const goingOn = { ...process, position: world.offset, pending: null, appended: false };
    const starts: Step = [`${owner} gets the queue`, change({ ...world, owner }, owner, anew)];
    return process.active
      ? [starts, [`${owner} gets the queue and goes on`, change({ ...world, owner }, owner, goingOn)]]
      : [starts];
  });
}

function change(world: World, id: 0 | 1, process: Process): World {
  const [zero, one] = world.processes;
  return { ...world, processes: id === 0 ? [process, one] : [zero, process] };
}

function stepsOf(id: 0 | 1, world: World, scheme: Scheme, intents: number, decide: Decide): readonly Step[] {
  const process = world.processes[id];
  if (!process.active)
    return world.owner === id ? [[`${id} starts`, change(world, id, start(world.offset))]] : [];
  return [
    [`${id} crashes`, change(world, id, idle)],
    ...ordinaryStep(id, process, world, scheme, intents, decide),
  ];
}

function ordinaryStep(
  id: 0 | 1,
  process: Process,
  world: World,
  scheme: Scheme,
  intents: number,
  decide: Decide,
): readonly Step[] {
  const { known, pending, position } = process;
  if (process.appended) return [[`${id} acknowledges`, acknowledge(id, process, world)]];
  if (pending !== null) return [[`${id} appends`, append(id, process, pending, world, scheme)]];
  if (position >= intents) return [];
  if (known === null) {
    const loaded = { ...process, known: world.log, loaded: world.log.length };
    return [[`${id} loads`, change(world, id, loaded)]];
  }
  const remembered = { ledger: known, 'own memory': known.slice(process.loaded), none: [] }[scheme.dedupe];
  const decision = decide(known, remembered, position) ?? 'nothing';
  return [[`${id} decides ${position}`, change(world, id, { ...process, pending: decision })]];
}

/** The acknowledgement of a process that no longer owns the queue goes nowhere. */
function acknowledge(id: 0 | 1, process: Process, world: World): World {
  const position = process.position + 1;
  const next = change(world, id, { ...process, position, pending: null, appended: false });
  return world.owner === id ? { ...next, offset: position } : next;
}

function append(
  id: 0 | 1,
  process: Process,
  pending: Decision | 'nothing',
  world: World,
  { expectedVersion }: Scheme,
): World {
  const known = process.known ?? [];
  if (pending === 'nothing') return change(world, id, { ...process, appended: true });
  if (expectedVersion && known.length !== world.log.length) {
    return change(world, id, { ...process, known: null, loaded: 0, pending: null });
  }
  const appended = { ...process, known: [...known, pending], appended: true };
  return change({ ...world, log: [...world.log, pending] }, id, appended);
}
