import type { QuotaLine, QuotaOccupied } from './events.ts';
import { countedLines, quotaOf } from './quota-of.ts';
import { readRequest } from './request.ts';
import { scopePath } from './scope.ts';
import { sharedLines, sharedRequest } from './shared.ts';
import type { Hold, MeterLedger, Settings } from './state.ts';

/** A place that is new raises its gauges; the end of one that is held is another from here on. */
export function onOccupied(ledger: MeterLedger, data: QuotaOccupied['data']): void {
  const held = ledger.holds.get(data.tool_call_id);
  if (held !== undefined) {
    ledger.holds.set(data.tool_call_id, { ...held, expiresAt: data.expires_at });
    return;
  }
  const lines = sharedLines(ledger, data.lines);
  for (const line of lines) quotaOf(ledger, line).used += line.amount;
  ledger.holds.set(data.tool_call_id, {
    status: 'reserved',
    id: data.tool_call_id,
    askedAt: data.asked_at,
    request: sharedRequest(data.request),
    expiresAt: data.expires_at,
    onExpiry: 'release',
    isPlace: true,
    lines,
    counted: countedLines(ledger, lines),
  });
}

/**
 * A gauge is the sum of what is held now, whatever the plan was when that began: under another plan all are counted
 * again, so that a rule which is new begins with what there is.
 */
export function remeasureGauges(ledger: MeterLedger): void {
  const { settings, quotas } = ledger;
  if (settings === null) return;
  for (const [rule, scopes] of quotas) {
    const [first] = [...scopes.values()].flat();
    if (first?.kind === 'gauge') quotas.delete(rule);
  }
  for (const hold of ledger.holds.values()) {
    const gauges = gaugeLines(hold, settings);
    if (gauges.length === 0 && hold.lines.length === hold.counted.length) continue;
    const lines = sharedLines(ledger, [...hold.counted, ...gauges]);
    for (const line of gauges) quotaOf(ledger, line).used += line.amount;
    ledger.holds.set(hold.id, { ...hold, lines });
  }
}

/** The gauges that a hold takes a part of; those of a scope that it did not name take none. */
function gaugeLines({ request }: Hold, { rulesOfKey }: Settings): readonly QuotaLine[] {
  const { amounts, scopes } = readRequest(request);
  return amounts.flatMap(({ key, amount }) =>
    (rulesOfKey.get(key) ?? []).flatMap(({ kind, rule, scope: scopeKind }) => {
      const scope = scopePath(scopeKind, scopes);
      return kind === 'gauge' && scope !== null ? [{ key, rule, scope, period_start: null, amount }] : [];
    }),
  );
}
