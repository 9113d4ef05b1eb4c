import {
  type Located,
  type Reading,
  readBoolean,
  readEntries,
  readFields,
  readId,
  readInteger,
  readOneOf,
  readUnique,
  report,
} from '@countersign/strict-yaml';
import { LEVELS } from '../acl/level.ts';
import { type AccessReview, type AgentDefaults, REVIEW_ANSWERS } from './permissions.ts';
import { readApprover } from './scalars.ts';

/** Longest time that a request for access waits, in hours: a year. */
export const MAX_REVIEW_HOURS = 8_760;
/** What a request waits for without `timeout_hours`: a day. */
export const DEFAULT_REVIEW_HOURS = 24;
const MAX_APPROVERS = 50;

/** `governance.access_review`: who answers requests for access, and by when. */
export function parseAccessReview(reading: Reading, at: Located): AccessReview | undefined {
  const fields = readFields(reading, at, [], ['on_request', 'approvers', 'timeout_hours']);
  if (fields === undefined) return undefined;
  if (Object.keys(fields).length === 0)
    return report(reading, at, 'missing_key', 'says nothing', 'add on_request: defer and approvers');
  const onRequest = fields.on_request ? readOneOf(reading, fields.on_request, REVIEW_ANSWERS) : 'defer';
  const approvers = fields.approvers
    ? readUnique(reading, fields.approvers, MAX_APPROVERS, (item) => readApprover(reading, item))
    : [];
  const timeoutHours = fields.timeout_hours
    ? readInteger(reading, fields.timeout_hours, 1, MAX_REVIEW_HOURS)
    : DEFAULT_REVIEW_HOURS;
  if (onRequest === undefined || timeoutHours === undefined) return undefined;
  return { onRequest, approvers, timeoutHours };
}

const AGENT_KEYS = [
  'description',
  'capabilities',
  'tools',
  'default_permission',
  'approval_required',
] as const;

/** The agents of a workflow by id; those that say nothing of access as well, because they are declared. */
export function parseAgents(reading: Reading, at: Located): ReadonlyMap<string, AgentDefaults> {
  const agents = new Map<string, AgentDefaults>();
  for (const [id, { key, value }] of readEntries(reading, at) ?? []) {
    readId(reading, key);
    const fields = readFields(reading, value, [], AGENT_KEYS);
    if (fields === undefined) continue;
    if (Object.keys(fields).length === 0)
      report(reading, value, 'missing_key', 'says nothing of the agent', 'add description, or remove it');
    const level = fields.default_permission && readOneOf(reading, fields.default_permission, LEVELS);
    const required = fields.approval_required && readBoolean(reading, fields.approval_required);
    agents.set(id, { defaultPermission: level ?? null, approvalRequired: required ?? false });
  }
  return agents;
}
