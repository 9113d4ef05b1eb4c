import { fold } from '@countersign/event-sourcing';
import { spec } from '@countersign/event-sourcing/testing';
import { describe, expect, it } from 'vitest';
import { UNSEALED } from '../testing/lists.ts';
import { type WorkIntentCommand, workIntent } from './decide.ts';
import type { Status, WorkIntentEvent } from './events.ts';

const by = { kind: 'agent', id: 'worker' } as const;
const intentId = 'intent-1';
const data = { intent_id: intentId, namespace: null, parent_intent_id: null, depends_on: [], by };
const created: WorkIntentEvent = { type: 'work-intent-created.v1', data, personal: UNSEALED };
const to = (status: Status, version: number, isUnblocked = true): WorkIntentCommand => {
  return { kind: 'change-status', intentId, version, to: status, isUnblocked, by, personal: UNSEALED };
};
const changed = (from: Status, status: Status, version: number): WorkIntentEvent => ({
  type: 'work-intent-status-changed.v1',
  data: { intent_id: intentId, version, from, to: status, by },
  personal: UNSEALED,
});
const patch = (version: number): WorkIntentCommand => {
  return { kind: 'change-state', intentId, version, by, personal: UNSEALED };
};
const patched = (version: number): WorkIntentEvent => ({
  type: 'work-intent-state-changed.v1',
  data: { intent_id: intentId, version, by },
  personal: UNSEALED,
});

/** A history that ends in a status. */
const PATHS: { readonly [S in Status]: readonly Status[] } = {
  draft: [],
  active: ['active'],
  blocked: ['active', 'blocked'],
  completed: ['active', 'completed'],
  abandoned: ['abandoned'],
};
const statuses = Object.keys(PATHS) as Status[];
const historyOf = (status: Status): WorkIntentEvent[] => [
  created,
  ...PATHS[status].map((next, at) => changed(PATHS[status][at - 1] ?? 'draft', next, at + 2)),
];
const versionOf = (status: Status) => PATHS[status].length + 1;

const LEADS_TO: { readonly [S in Status]: readonly Status[] } = {
  draft: ['active', 'abandoned'],
  active: ['blocked', 'completed', 'abandoned'],
  blocked: ['active', 'abandoned'],
  completed: [],
  abandoned: [],
};

describe('what is told of a work intent', () => {
  const context = { mode: 'parts', parts: ['peers'] } as const;
  const set: WorkIntentCommand = { kind: 'set-context', intentId, context, by, personal: UNSEALED };
  const isSet: WorkIntentEvent = {
    type: 'work-intent-context-set.v1',
    data: { intent_id: intentId, ...context, by },
    personal: UNSEALED,
  };

  // The names that it may inject are sealed: the route, which opens them, knows what is the same again.
  it.each(statuses)('is set whatever its status: %s', (status) => {
    expect(workIntent.decide(set, fold(workIntent, historyOf(status)))).toEqual([isSet]);
  });

  it('leaves its version as it was', () => {
    spec(workIntent).given(created, isSet).when(patch(1)).then(patched(2));
  });

  it('is not set of what is not there', () => {
    spec(workIntent).given().when(set).thenRejected('not_found');
  });
});

describe('a work intent', () => {
  it('is created once', () => {
    const command: WorkIntentCommand = { kind: 'create', created: data, personal: UNSEALED };
    spec(workIntent).given().when(command).then(created);
    spec(workIntent).given(created).when(command).thenNothing();
    spec(workIntent).given().when(to('active', 1)).thenRejected('not_found');
  });

  it.each(statuses.flatMap((from) => statuses.map((next) => [from, next] as const)))(
    'O-INT-1: goes from %s to %s if that leads there',
    (from, next) => {
      const version = versionOf(from);
      const then = spec(workIntent)
        .given(...historyOf(from))
        .when(to(next, version));
      if (LEADS_TO[from].includes(next)) then.then(changed(from, next, version + 1));
      else then.thenRejected('invalid_request');
    },
  );

  it('O-INT-2: is completed only when everything that it depends on is', () => {
    const given = spec(workIntent).given(...historyOf('active'));
    given.when(to('completed', 2, false)).thenRejected('invalid_request');
    given.when(to('abandoned', 2, false)).then(changed('active', 'abandoned', 3));
  });

  it('O-INT-1: is changed at the version that it is at', () => {
    spec(workIntent).given(created).when(patch(1)).then(patched(2));
    spec(workIntent).given(created, patched(2)).when(patch(2)).then(patched(3));
    for (const version of [1, 3])
      spec(workIntent).given(created, patched(2)).when(patch(version)).thenRejected('version_conflict');
    spec(workIntent).given(created, patched(2)).when(to('active', 1)).thenRejected('version_conflict');
  });

  it.each(['completed', 'abandoned'] as const)('keeps its state once it is %s', (status) => {
    spec(workIntent)
      .given(...historyOf(status))
      .when(patch(versionOf(status)))
      .thenRejected('invalid_request');
  });

  it('takes what is told about it at any version', () => {
    const tell: WorkIntentCommand = {
      kind: 'log-event',
      intentId,
      eventType: 'comment',
      by,
      personal: UNSEALED,
    };
    const told = { intent_id: intentId, event_type: 'comment', by };
    expect(workIntent.decide(tell, { version: 7, status: 'completed' })).toEqual([
      { type: 'work-intent-event-logged.v1', data: told, personal: UNSEALED },
    ]);
  });
});
