import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide, emptyLedger, evolve, type MeterEvent, quotaRules } from '../index.ts';
import { allQuotas } from '../ledger/quotas.ts';
import { chargedAt, configuration, held, isGauge, type Log, levelAt } from './oracle-log.ts';
import { FORGOTTEN, type ProgramCommand, program } from './programs.ts';

function logOf(commands: readonly ProgramCommand[]): Log {
  const log: MeterEvent[] = [];
  let ledger = emptyLedger();
  for (const command of commands) {
    const decision = decide(command, ledger);
    if ('rejected' in decision) continue;
    log.push(...decision);
    ledger = decision.reduce(evolve, ledger);
  }
  return log;
}

const logs = fc.sample(program, { seed: 41, numRuns: 400 }).map(logOf);

it('at each reservation used and reserved together are within every strict limit', () => {
  let checked = 0;
  for (const log of logs) {
    for (const [index, event] of log.entries()) {
      if (event.type !== 'quota-reserved.v1' && event.type !== 'quota-charged.v1') continue;
      const upToHere = log.slice(0, index + 1);
      const entry = configuration(upToHere)?.entry;
      for (const line of event.data.lines.filter(({ amount }) => amount > 0)) {
        const rule = entry && quotaRules(entry).find((each) => each.rule === line.rule);
        if (rule?.mode !== 'strict') continue;
        expect(levelAt(upToHere, line)).toBeLessThanOrEqual(rule.limit ?? 0);
        checked += 1;
      }
    }
  }
  expect(checked).toBeGreaterThan(500);
});

it('each id is granted at most once, and each hold ends exactly once or is open', () => {
  for (const log of logs) {
    const granted = new Set<string>();
    const open = new Set<string>();
    const places = new Set<string>();
    for (const { type, data } of log) {
      if (type === 'quota-occupied.v1') places.add(data.tool_call_id);
      if (type === 'quota-released.v1' && places.delete(data.tool_call_id)) continue;
      if (type === 'quota-reserved.v1') {
        expect(granted, 'granted twice').not.toContain(data.tool_call_id);
        granted.add(data.tool_call_id);
        open.add(data.tool_call_id);
      }
      if (type === 'quota-released.v1' || type === 'quota-committed.v1') {
        const wasOpen = open.delete(data.tool_call_id);
        // What was never reserved may be released, and what has expired may turn out to have been used.
        const mayBeEnded = type === 'quota-released.v1' ? data.cause === 'never_reserved' : data.late;
        expect(wasOpen || mayBeEnded, `${type} of a hold that had ended`).toBe(true);
      }
    }
    const reservations = held(log).filter(({ isPlace }) => !isPlace);
    expect(new Set(reservations.map(({ tool_call_id }) => tool_call_id))).toEqual(open);
  }
});

it('events are JSON: they come back from their text as they were', () => {
  for (const log of logs) expect(JSON.parse(JSON.stringify(log))).toStrictEqual(log);
});

it('A-ADJ-21: what is used is the sum of what the events say was charged, what is reserved the sum of what is open', () => {
  for (const log of logs) {
    const ledger = log.reduce(evolve, emptyLedger());
    for (const quota of allQuotas(ledger.quotas)) {
      // What was used then stands in books that are closed.
      if (quota.periodStart === FORGOTTEN.lines[0]?.period_start) continue;
      const line = { rule: quota.rule, scope: quota.scope, period_start: quota.periodStart };
      const { used, overrun } = chargedAt(log, line);
      const open = levelAt(log, line) - used - overrun;
      const expected = isGauge(quota.key) ? { used: open, reserved: 0 } : { used, reserved: open };
      expect(quota).toMatchObject({ ...expected, overrun });
    }
  }
});
