import type { Amount, MeterCommand } from './commands.ts';
import { LATEST_MS } from './instant.ts';

/** Longest id of a reservation, in characters. */
export const MAX_ID_CHARS = 200;

/** Everything that is wrong with a command's numbers and ids, in words. */
export function problemsOf(command: MeterCommand): readonly string[] {
  const problems: string[] = [];
  const check = (field: string, value: number, least: number, most: number) => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return;
    problems.push(`${field} is ${value}: give an integer from ${least} to ${most}`);
  };
  check('at', command.at, 0, LATEST_MS);
  if (
    'id' in command &&
    command.id !== null &&
    (command.id.length === 0 || command.id.length > MAX_ID_CHARS)
  ) {
    problems.push(`id has ${command.id.length} characters: give 1 to ${MAX_ID_CHARS}`);
  }
  if ('askedAt' in command) check('askedAt', command.askedAt, 0, LATEST_MS);
  switch (command.type) {
    case 'reserve':
      checkAmounts('amounts', command.amounts, problems, check);
      check('expiresAt', command.expiresAt, 0, LATEST_MS);
      if (command.traffic !== null) check('traffic.amount', command.traffic.amount, 0, MAX_AMOUNT);
      break;
    case 'charge':
      checkAmounts('amounts', command.amounts, problems, check);
      if (command.traffic !== null) check('traffic.amount', command.traffic.amount, 0, MAX_AMOUNT);
      break;
    case 'refund':
      check('amount', command.amount, 0, MAX_AMOUNT);
      break;
    case 'record':
      checkAmounts('amounts', command.amounts, problems, check);
      break;
    case 'acquire':
      check('expiresAt', command.expiresAt, 0, LATEST_MS);
      check('amount', command.amount, 0, MAX_AMOUNT);
      break;
    case 'occupy':
      check('amount', command.amount, 0, MAX_AMOUNT);
      break;
    case 'commit':
      checkAmounts('actual', command.actual, problems, check);
      break;
    case 'configure':
      check('anchorDay', command.anchorDay, 1, 31);
      break;
    case 'expire':
    case 'close':
      check('limit', command.limit, 1, MAX_AMOUNT);
      break;
  }
  return problems;
}

const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

function checkAmounts(
  field: string,
  amounts: readonly Amount[],
  problems: string[],
  check: (field: string, value: number, least: number, most: number) => void,
): void {
  const seen = new Set<string>();
  for (const { key, amount } of amounts) {
    check(`${field}.${key}`, amount, 0, MAX_AMOUNT);
    if (seen.has(key)) problems.push(`${field}.${key} is given twice: add the amounts up`);
    seen.add(key);
  }
}
