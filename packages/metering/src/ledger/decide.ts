import { acquire, occupy, vacate } from './acquire.ts';
import { charge } from './charge.ts';
import { close } from './close.ts';
import { problemsOf } from './command-problems.ts';
import type { MeterCommand } from './commands.ts';
import { commit } from './commit.ts';
import { configure } from './configure.ts';
import type { MeterEvent } from './events.ts';
import { recordUsage } from './record-usage.ts';
import { refund } from './refund.ts';
import { type MeterRejection, reject } from './rejection.ts';
import { expire, release } from './release.ts';
import { reserve } from './reserve.ts';
import type { MeterLedger, Settings } from './state.ts';

/**
 * The events that a command leads to; none for what is already so. Pure: the ledger is only read. A refusal for lack of
 * quota is an event, a rejection leaves no trace.
 */
export function decide(command: MeterCommand, ledger: MeterLedger): readonly MeterEvent[] | MeterRejection {
  const problems = problemsOf(command);
  if (problems.length > 0) return reject('invalid_command', problems.join('; '));
  // Logical time: a clock that was set back delays nothing and reopens nothing.
  const now = Math.max(ledger.now, command.at);
  const { settings } = ledger;
  if (ledger.opening !== null)
    return reject('book_opening', 'parts of the balances carried over are missing');
  if (settings === null) {
    return command.type === 'configure'
      ? configure(command, ledger, now)
      : reject('not_configured', 'no plan has been configured');
  }
  if (command.type === 'close') return close(command, ledger, settings, now);
  if (ledger.closing !== null) return reject('book_closed', `book ${ledger.book + 1} goes on`);
  return decideIn(command, ledger, settings, now);
}

function decideIn(
  command: Exclude<MeterCommand, { type: 'close' }>,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  switch (command.type) {
    case 'reserve':
      return reserve(command, ledger, settings, now);
    case 'charge':
      return charge(command, ledger, settings, now);
    case 'refund':
      return refund(command, ledger, now);
    case 'acquire':
      return acquire(command, ledger, settings, now);
    case 'occupy':
      return occupy(command, ledger, settings, now);
    case 'vacate':
      return vacate(command, ledger, now);
    case 'commit':
      return commit(command, ledger, settings, now);
    case 'release':
      return release(command, ledger, settings, now);
    case 'record':
      return recordUsage(command, ledger, settings, now);
    case 'expire':
      return expire(command, ledger, now);
    case 'configure':
      return configure(command, ledger, now);
  }
}
