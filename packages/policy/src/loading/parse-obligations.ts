import {
  isId,
  type Located,
  type Reading,
  readBoolean,
  readFields,
  readId,
  readInteger,
  readText,
  readUnique,
  report,
} from '@countersign/strict-yaml';
import { canReach } from '../evaluating/approvals.ts';
import { DEFAULT_TTL_MS, MAX_APPROVERS, MAX_QUORUM, MAX_REDACTIONS } from '../limits.ts';
import type { Effect, RuleObligations } from '../policy.ts';
import { readDuration } from './duration.ts';

const APPROVAL_KEYS = ['approvers', 'quorum', 'ttl'] as const;
const EXECUTION_KEYS = ['redact', 'sandbox', 'dry_run'] as const;
const APPROVER_REMEDY = 'write role:<role>, user:<id> or group:<id>';
const REDACTION_REMEDY = 'write a path into the arguments, such as args.password or args.customer.card';
const REDACTION = /^args(\.[A-Za-z_][A-Za-z0-9_-]{0,62}){1,8}$/;

/** The obligations of a rule, which depend on its effect: a denied call has none, only an approval has approvers. */
export function parseObligations(
  reading: Reading,
  at: Located,
  effect: Effect | undefined,
): RuleObligations | undefined {
  const fields = readFields<(typeof APPROVAL_KEYS | typeof EXECUTION_KEYS)[number]>(
    reading,
    at,
    [],
    [...APPROVAL_KEYS, ...EXECUTION_KEYS],
  );
  if (fields === undefined) return undefined;
  for (const key of APPROVAL_KEYS) {
    const field = fields[key];
    if (field === undefined || effect === 'require_approval' || effect === undefined) continue;
    const remedy = 'remove it, or write effect: require_approval';
    report(
      reading,
      field,
      'obligation_misplaced',
      `${key} belongs to require_approval, not to ${effect}`,
      remedy,
    );
  }
  for (const key of EXECUTION_KEYS) {
    const field = fields[key];
    if (field === undefined || effect !== 'deny') continue;
    report(reading, field, 'obligation_misplaced', `a denied call has no ${key}`, 'remove it');
  }
  const redact =
    fields.redact && readUnique(reading, fields.redact, MAX_REDACTIONS, (item) => redaction(reading, item));
  const sandbox = fields.sandbox && readId(reading, fields.sandbox);
  const dryRun = fields.dry_run && readBoolean(reading, fields.dry_run);
  return {
    ...(effect === 'require_approval' && approvalPart(reading, at, fields)),
    ...(redact && redact.length > 0 && { redact }),
    ...(sandbox && { sandbox }),
    ...(dryRun && { dry_run: true as const }),
  };
}

type Fields = { readonly [Key in (typeof APPROVAL_KEYS)[number]]?: Located };

function approvalPart(
  reading: Reading,
  at: Located,
  { approvers: names, quorum: number, ttl }: Fields,
): RuleObligations {
  if (names === undefined) noApprovers(reading, at);
  const approvers = names && readUnique(reading, names, MAX_APPROVERS, (item) => approver(reading, item));
  const quorum = number === undefined ? 1 : (readInteger(reading, number, 1, MAX_QUORUM) ?? 1);
  if (approvers && approvers.length > 0 && number !== undefined && !canReach(approvers, quorum)) {
    const message = `${quorum} people must approve, ${approvers.length} are named`;
    report(reading, number, 'bad_value', message, 'name more users, a role or a group, or lower the quorum');
  }
  return {
    approvers: approvers ?? [],
    quorum,
    ttl_ms: ttl === undefined ? DEFAULT_TTL_MS : (readDuration(reading, ttl) ?? DEFAULT_TTL_MS),
  };
}

/** Reported for a require_approval rule that names nobody. */
export function noApprovers(reading: Reading, at: Located): void {
  const remedy = `add obligations: { approvers: ["role:operator"] }; ${APPROVER_REMEDY}`;
  report(reading, at, 'approvers_missing', 'a rule that requires approval names no approvers', remedy);
}

function approver(reading: Reading, at: Located): string | undefined {
  const text = readText(reading, at, APPROVER_REMEDY);
  if (text === undefined) return undefined;
  const [, id] = /^(?:role|user|group):(.*)$/s.exec(text) ?? [];
  if (id !== undefined && isId(id)) return text;
  return report(
    reading,
    at,
    'bad_approver',
    `${JSON.stringify(text.slice(0, 80))} names nobody`,
    APPROVER_REMEDY,
  );
}

function redaction(reading: Reading, at: Located): string | undefined {
  const text = readText(reading, at, REDACTION_REMEDY);
  if (text === undefined || REDACTION.test(text)) return text;
  return report(
    reading,
    at,
    'bad_path',
    `${JSON.stringify(text.slice(0, 80))} is not such a path`,
    REDACTION_REMEDY,
  );
}
