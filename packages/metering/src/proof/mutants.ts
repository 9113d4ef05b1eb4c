/** One deliberate mistake: `from` stands exactly once in `file` (below `src`) and becomes `to`. */
export interface Mutant {
  readonly mistake: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Mistakes that a quota ledger is known to be made with. Each must be found by the oracle or by closing a book. */
export const MUTANTS: readonly Mutant[] = [
  {
    mistake: 'strict admits one too many',
    file: 'ledger/admission.ts',
    from: ': line.amount <= limit - level;',
    to: ': line.amount <= limit - level + 1;',
  },
  {
    mistake: 'strict admits one too few',
    file: 'ledger/admission.ts',
    from: ': line.amount <= limit - level;',
    to: ': line.amount < limit - level;',
  },
  {
    mistake: 'soft admits at the limit',
    file: 'ledger/admission.ts',
    from: "rule.mode === 'soft' ? level < limit",
    to: "rule.mode === 'soft' ? level <= limit",
  },
  {
    mistake: 'nothing at all is refused over the limit',
    file: 'ledger/admission.ts',
    from: 'if (fits || line.amount === 0) return null;',
    to: 'if (fits) return null;',
  },
  {
    mistake: 'open reservations do not count',
    file: 'ledger/quotas.ts',
    from: 'quota.used + quota.overrun + quota.reserved',
    to: 'quota.used + quota.overrun',
  },
  {
    mistake: 'overrun does not count',
    file: 'ledger/quotas.ts',
    from: 'quota.used + quota.overrun + quota.reserved',
    to: 'quota.used + quota.reserved',
  },
  {
    mistake: 'periods share a counter',
    file: 'ledger/quotas.ts',
    from: 'if (quota.periodStart === period_start) return quota;',
    to: 'if (period_start !== undefined) return quota;',
  },
  {
    mistake: 'rules of one key share a counter',
    file: 'ledger/measure.ts',
    from: 'rule: rule.rule, scope,',
    to: 'rule: rule.key, scope,',
  },
  {
    mistake: 'a repeated reservation is decided again',
    file: 'ledger/reserve.ts',
    from: 'if (earlier !== undefined) {',
    to: 'if (earlier !== undefined && earlier.request === null) {',
  },
  {
    mistake: 'a repeat with other content passes for the first',
    file: 'ledger/reserve.ts',
    from: 'earlier.request === null || earlier.request === request',
    to: 'earlier.request === null || earlier.request !== null',
  },
  {
    mistake: 'only the first scope is checked',
    file: 'ledger/admission.ts',
    from: 'for (const each of measures) {',
    to: 'for (const each of measures.slice(0, 1)) {',
  },
  {
    mistake: 'only the first scope is charged',
    file: 'ledger/evolve-reservation.ts',
    from: 'for (const line of data.lines) {',
    to: 'for (const line of data.lines.slice(0, 1)) {',
  },
  {
    mistake: 'time runs back with the clock',
    file: 'ledger/decide.ts',
    from: 'const now = Math.max(ledger.now, command.at);',
    to: 'const now = command.at;',
  },
  {
    mistake: 'usage after expiry is lost',
    file: 'ledger/commit.ts',
    from: "    case 'expired':\n      return commitExpired(settled, used, assumed, call, ledger, settings);\n",
    to: "    case 'expired':\n      return [];\n",
  },
  {
    mistake: 'usage after a release is lost',
    file: 'ledger/commit.ts',
    from: "    case 'released':\n    case 'denied':\n",
    to: "    case 'released':\n      return [];\n    case 'denied':\n",
  },
  {
    mistake: 'usage beyond the hold is lost',
    file: 'ledger/adjust.ts',
    from: 'return lines.length === 0 ? [] : [{',
    to: 'return lines.length >= 0 ? [] : [{',
  },
  {
    mistake: 'the whole hold is charged whatever was used',
    file: 'ledger/commit.ts',
    from: 'return amount === line.amount ? line : { ...line, amount };',
    to: 'return line;',
  },
  {
    mistake: 'an assumed end is final',
    file: 'ledger/commit.ts',
    from: "    case 'assumed':\n    case 'released':",
    to: "    case 'assumed':\n      return [];\n    case 'released':",
  },
  {
    mistake: 'a late outcome is not marked',
    file: 'ledger/commit.ts',
    from: 'const late = expiresAt !== null && at >= expiresAt;',
    to: 'const late = false;',
  },
  {
    mistake: 'a released hold goes on holding',
    file: 'ledger/evolve-settlement.ts',
    from: "if (quota.kind === 'counter') quota.reserved -= line.amount;",
    to: "if (quota.kind === 'counter') quota.reserved -= 0;",
  },
  {
    mistake: 'a gauge never goes down',
    file: 'ledger/evolve-settlement.ts',
    from: 'else quota.used -= line.amount;',
    to: 'else quota.used -= 0;',
  },
  {
    mistake: 'a gauge is charged when its call ends',
    file: 'ledger/quota-of.ts',
    from: 'lines.every(isCounted) ? lines : lines.filter(isCounted)',
    to: 'lines.every(isCounted) ? lines : lines',
  },
  {
    mistake: 'a hold outlives its last instant',
    file: 'ledger/release.ts',
    from: 'if (expiresAt === null || expiresAt > at) continue;',
    to: 'if (expiresAt === null || expiresAt >= at) continue;',
  },
  {
    mistake: 'a reservation may follow its own release',
    file: 'ledger/release.ts',
    from: "return [{ type: 'quota-released.v1', data: { ...call, lines: [], cause: 'never_reserved' } }];",
    to: 'return [];',
  },
  {
    mistake: 'an adjustment is always charged, and never overrun',
    file: 'ledger/adjust.ts',
    from: 'Math.min(difference, roomIn(charge.line, ledger, settings));',
    to: 'difference;',
  },
  {
    mistake: 'less usage leaves overrun standing',
    file: 'ledger/adjust.ts',
    from: 'const overrun = difference < 0 ? 0 - Math.min(charge.overrun, -difference) : 0;',
    to: 'const overrun = 0;',
  },
  {
    mistake: 'a burst is one call longer',
    file: 'throttle/gcra.ts',
    from: '(capacity - amount) * UNITS_PER_CALL',
    to: 'capacity * UNITS_PER_CALL',
  },
  {
    mistake: 'waiting is rounded down',
    file: 'throttle/gcra.ts',
    from: 'Math.ceil(excess / rate)',
    to: 'Math.floor(excess / rate)',
  },
  {
    mistake: 'a changed rate revalues what is in the bucket',
    file: 'ledger/evolve-book.ts',
    from: 'units: backlog(bucket, before, ledger.now)',
    to: 'units: bucket.units',
  },
  {
    mistake: 'only the first throttle is charged',
    file: 'ledger/evolve-reservation.ts',
    from: 'of data.throttles) {',
    to: 'of data.throttles.slice(0, 1)) {',
  },
  {
    mistake: 'the shortest wait is named',
    file: 'ledger/admission.ts',
    from: 'wait(failure) > wait(longest)',
    to: 'wait(failure) < wait(longest)',
  },
  {
    mistake: 'a changed calendar cuts the open period short',
    file: 'ledger/current-period.ts',
    from: 'if (open !== undefined && now < open.end) return open;',
    to: 'if (open !== undefined && now < open.end && open.anchorDay === settings.calendar.anchorDay) return open;',
  },
  {
    mistake: 'a changed calendar hands out a short period with a full quota',
    file: 'calendar/period.ts',
    from: 'if ((end - start) * 2 < replaced.end - replaced.start)',
    to: 'if (end < start)',
  },
  {
    mistake: 'a short month has no anchor day',
    file: 'calendar/civil-date.ts',
    from: 'Math.min(day, lastDay)',
    to: 'Math.min(day, 28)',
  },
  {
    mistake: 'buckets are empty in the next book',
    file: 'ledger/adopt.ts',
    from: 'for (const { throttle, since, units } of carried.buckets) {',
    to: 'for (const { throttle, since, units } of carried.buckets.slice(0, 0)) {',
  },
  {
    mistake: 'ended reservations are forgotten with their book',
    file: 'ledger/adopt.ts',
    from: 'for (const ended of carried.settled) {',
    to: 'for (const ended of carried.settled.slice(0, 0)) {',
  },
  {
    mistake: 'the next book reserves nothing',
    file: 'ledger/adopt.ts',
    from: 'reserved: carried.reserved,',
    to: 'reserved: 0,',
  },
  {
    mistake: 'periods begin anew with the book',
    file: 'ledger/adopt.ts',
    from: 'for (const { period, ...bounds } of carried.periods)',
    to: 'for (const { period, ...bounds } of carried.periods.slice(0, 0))',
  },
  {
    mistake: 'holds expire differently in the next book',
    file: 'ledger/adopt.ts',
    from: 'onExpiry: carried.on_expiry,',
    to: "onExpiry: 'commit',",
  },
];
