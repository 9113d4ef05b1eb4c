import { INTENT_TOPIC } from '@countersign/contracts';
import type { BusRecord, RecordConsumption, RecordFailure, RecordSource } from '@countersign/message-bus';
import { createLanes, type Wait, waitFor } from '@countersign/processing';
import type { ServiceDependencies } from '@countersign/service';
import type { AuthenticateIntent } from './authenticate.ts';
import { readIntent, type SignedIntent } from './read-intent.ts';
import type { OwnIntent } from './take.ts';
import { type IntentRefusal, isRefused, refused, TAKEN, type Taken } from './verdict.ts';
import { INTAKE_GROUP, type WasTaken } from './was-taken.ts';

interface IntakeDependencies {
  readonly service: Pick<ServiceDependencies, 'clock' | 'logger' | 'metrics'>;
  readonly authenticate: AuthenticateIntent;
  readonly take: (own: OwnIntent) => Promise<Taken>;
  readonly wasTaken: WasTaken;
  /** Counts a refusal for the record. */
  readonly countRefusal: (refusal: IntentRefusal) => void;
  /** Waits between attempts; default the real clock. */
  readonly wait?: Wait;
}

/** The front door for agents that speak Kafka. */
export type Intake = RecordConsumption;

/** What a record comes to, and as what a refusal of it is counted. */
interface Handled {
  readonly taken: Taken;
  readonly refusal: Omit<IntentRefusal, 'code'>;
}

/** Most intents under way: beyond that no more are taken until some are done with. */
const MAX_OUTSTANDING = 256;
const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 2_000;
/** How often in a row handling an intent may fail with an error before it is put aside: about ten seconds. */
export const MAX_FAULTS = 12;

/**
 * Takes what agents put on `agent.intents`: one agent's in order, those of many side by side. What is refused is counted
 * and becomes a dead letter; while the ledger or the vault is away, intents wait. Neither stops the others. Verdicts are
 * not waited for: they come as events.
 */
export function startIntake(deps: IntakeDependencies, records: RecordSource): Intake {
  const { clock, logger, metrics } = deps.service;
  const wait = deps.wait ?? waitFor;
  const lanes = createLanes(MAX_OUTSTANDING);
  const stopping = new AbortController();

  const judge = async (intent: SignedIntent, record: BusRecord): Promise<Handled> => {
    const route = `${INTENT_TOPIC} ${intent.attributes.type}`;
    const principal = await deps.authenticate(intent);
    if (isRefused(principal)) return { taken: principal, refusal: { route, principal: null } };
    return { taken: await deps.take({ intent, principal, record }), refusal: { route, principal } };
  };

  const handle = async (record: BusRecord): Promise<Handled> => {
    const intent = readIntent(record);
    if (isRefused(intent)) return { taken: intent, refusal: { route: INTENT_TOPIC, principal: null } };
    const { taken, refusal } = await judge(intent, record);
    // What was taken stays taken, whatever has changed since, whenever Kafka delivers it again.
    const again = taken.kind === 'refused' && (await deps.wasTaken(intent, record));
    const handled = { taken: again ? TAKEN : taken, refusal };
    if (handled.taken.kind === 'taken')
      metrics.counter('intents_taken_total', { type: intent.attributes.type }).add();
    return handled;
  };

  /** The same, where an error is something that passes, unless it comes again and again. */
  const handleSafely = async (record: BusRecord, faults: { inARow: number }): Promise<Handled> => {
    try {
      const handled = await handle(record);
      faults.inARow = 0;
      return handled;
    } catch (cause) {
      faults.inARow += 1;
      const { topic, partition, offset } = record;
      logger.error({ err: cause, topic, partition, offset }, 'an intent could not be handled');
      const taken: Taken =
        faults.inARow < MAX_FAULTS
          ? { kind: 'again', why: String(cause) }
          : refused('handler_failed', 'handling it fails again and again');
      return { taken, refusal: { route: INTENT_TOPIC, principal: null } };
    }
  };

  const run = async (
    record: BusRecord,
    settle: (record: BusRecord) => void,
    putAside: (record: BusRecord, failure: RecordFailure) => void,
  ): Promise<void> => {
    const firstAttemptMs = clock.nowMs();
    const faults = { inARow: 0 };
    let delay = FIRST_DELAY_MS;
    // Not done with when it stops, so delivered again to whoever goes on.
    for (let attempts = 1; !stopping.signal.aborted; attempts += 1) {
      const { taken, refusal } = await handleSafely(record, faults);
      if (taken.kind === 'taken') return settle(record);
      if (taken.kind === 'refused') {
        const { code, detail } = taken;
        metrics.counter('intents_refused_total', { code }).add();
        deps.countRefusal({ ...refusal, code });
        return putAside(record, { code, detail, attempts, firstAttemptMs, lastAttemptMs: clock.nowMs() });
      }
      await wait(delay, stopping.signal);
      delay = Math.min(delay * 2, MAX_DELAY_MS);
    }
  };

  const consumption = records.consumeRecords(
    { group: INTAKE_GROUP, topic: INTENT_TOPIC },
    (batch, settle, putAside) => {
      for (const record of batch) void lanes.run(laneOf(record), () => run(record, settle, putAside));
      return lanes.belowLimit();
    },
  );

  return {
    ...consumption,
    async close() {
      stopping.abort();
      await lanes.idle();
      await consumption.close();
    },
  };
}

/** What is keyed alike is in one partition, and in order there. */
function laneOf({ key }: BusRecord): string {
  return key ? Buffer.from(key).toString('latin1') : '';
}
