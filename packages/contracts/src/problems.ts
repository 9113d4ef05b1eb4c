import { z } from 'zod';
import type { Immutable } from './immutable.ts';
import { MAX_MESSAGE_CHARS } from './limits.ts';
import { accessLevels } from './vocabulary/acl.ts';
import { callStatus } from './vocabulary/call.ts';
import { governanceRules } from './vocabulary/governance.ts';
import { leaseScope } from './vocabulary/lease.ts';
import { permissions } from './vocabulary/permission.ts';
import { meterKey, meterScope, throttleName } from './vocabulary/quota.ts';
import { count, id, milliseconds, uuid } from './vocabulary/scalars.ts';
import { reason } from './vocabulary/verdict.ts';
import type { FieldError } from './zod-errors.ts';

/** One thing that is wrong; `line` and `column`, from 1, where the body holds a text of many lines. */
const fieldError = z
  .object({
    pointer: z.string(),
    detail: z.string(),
    line: z.int().min(1).optional(),
    column: z.int().min(1).optional(),
  })
  .meta({ id: 'FieldError' });

/** A refused call that is recorded: which, why, and where it ended. */
const recordedRefusal = {
  tool_call_id: uuid,
  reasons: z.array(reason),
  call_status: callStatus.optional(),
  replayed: z.boolean().optional(),
};

const quotaRefusal = {
  ...recordedRefusal,
  tool_call_id: uuid.optional().describe('absent where the request was no call'),
  reasons: z.array(reason).optional(),
  limit: count,
  used: count,
  retry_after_ms: milliseconds
    .nullable()
    .describe('null where time alone brings nothing back: no period ends, or the plan does not include it'),
};

const existingLease = z.object({
  id: uuid,
  agent_id: id.describe('who holds it'),
  scope: leaseScope,
  expires_at: z.string(),
});

interface Definition {
  readonly status: number;
  readonly also?: readonly number[];
  readonly title: string;
  readonly members?: z.core.$ZodLooseShape;
}

/** `also`: statuses that HTTP has for a case of the same, which it tells apart and callers need not. */
const definitions = {
  malformed_json: { status: 400, title: 'The body is not JSON as Countersign reads it' },
  invalid_request: { status: 400, also: [408, 417], title: 'The request is not what this address takes' },
  unauthenticated: { status: 401, title: 'A valid key is needed' },
  forbidden: {
    status: 403,
    title: 'The caller may not do this',
    members: {
      required_permission: z.enum([...permissions, ...accessLevels]).optional(),
      current_permission: z
        .enum(accessLevels)
        .nullable()
        .optional()
        .describe('what the caller holds on the work intent or namespace'),
      access_request_url: z.string().optional().describe('where more can be asked for'),
      meter: meterKey.optional().describe('the gauge of the plan that is full, or that it does not name'),
      scope: meterScope.optional(),
      limit: count.optional(),
      used: count.optional(),
    },
  },
  denied: { status: 403, title: 'The call is refused', members: recordedRefusal },
  user_not_delegated: {
    status: 403,
    title: 'The agent may not act for this user',
    members: recordedRefusal,
  },
  permit_invalid: {
    status: 403,
    title: 'The permit does not allow this',
    members: {
      tool_call_id: uuid.optional(),
      call_status: callStatus.optional(),
      unauthorized: z.literal(true).optional(),
    },
  },
  self_approval: { status: 403, title: 'Nobody approves what they asked for, own or profit from' },
  not_an_approver: { status: 403, title: 'The caller is not among the approvers' },
  governance_violation: {
    status: 403,
    title: 'The governance policy of the work intent does not allow this',
    members: { rule: z.enum(governanceRules) },
  },
  not_found: { status: 404, also: [405], title: 'There is no such thing here' },
  idempotency_conflict: {
    status: 409,
    title: 'The idempotency key was used with another body',
    members: { intent_id: uuid.optional().describe('the work intent that the key has made') },
  },
  already_exists: { status: 409, title: 'The id is taken' },
  already_decided: {
    status: 409,
    also: [410],
    title: 'It is decided, or the caller has voted',
  },
  digest_mismatch: { status: 409, title: 'The arguments are not those that were decided on' },
  outcome_conflict: { status: 409, title: 'Another outcome is recorded' },
  permit_redeemed: { status: 409, title: 'The permit is used up' },
  version_conflict: {
    status: 409,
    title: 'Somebody else changed it at the same time',
    members: { current_version: z.int().min(1).optional() },
  },
  lease_conflict: {
    status: 409,
    title: 'Somebody has the lease of it',
    members: { existing_lease: existingLease.optional() },
  },
  expired: { status: 410, title: 'It is too late' },
  void: { status: 410, title: 'It does not hold any more' },
  too_large: { status: 413, title: 'The body or the headers are too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  arguments_invalid: {
    status: 422,
    title: "The arguments do not fit the tool's input schema",
    members: recordedRefusal,
  },
  policy_invalid: { status: 422, title: 'The policy or its tests are not valid' },
  plan_invalid: { status: 422, title: 'The plan is not valid' },
  over_quota: {
    status: 429,
    title: 'A quota is used up',
    members: { ...quotaRefusal, meter: meterKey, scope: meterScope.optional() },
  },
  throttled: {
    status: 429,
    title: 'Too many calls at once',
    members: { ...quotaRefusal, throttle: throttleName },
  },
  undecided: {
    status: 503,
    title: 'No verdict in time; the call is closed',
    members: { ...recordedRefusal, reasons: z.array(reason).optional() },
  },
  unavailable: { status: 503, title: 'The service cannot answer now; repeat the same request later' },
  overloaded: { status: 503, title: 'The service has too much to do; nothing was changed' },
} as const satisfies Record<string, Definition>;

/** The code of a problem, for programs; it never changes its meaning. */
export type ProblemCode = keyof typeof definitions;

/** Every problem code, in the order of its status. */
export const problemCodes = Object.keys(definitions) as readonly ProblemCode[];

/** The HTTP status of a problem. */
export function problemStatus(code: ProblemCode): number {
  return definitions[code].status;
}

/** The title of a problem: the same for every occurrence. */
export function problemTitle(code: ProblemCode): string {
  return definitions[code].title;
}

/** The name of a problem in the documents: `over_quota` is `OverQuotaProblem`. */
const componentName = (code: ProblemCode): string =>
  `${code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Problem`;

function schemaOf(code: ProblemCode) {
  const definition: Definition = definitions[code];
  return z
    .object({
      type: z.literal(`urn:countersign:problem:${code}`),
      title: z.string(),
      status: z.literal([definition.status, ...(definition.also ?? [])]),
      code: z.literal(code),
      detail: z.string().max(MAX_MESSAGE_CHARS),
      errors: z.array(fieldError).optional(),
      ...definition.members,
    })
    .meta({ id: componentName(code), description: definition.title });
}

/** What a problem of each code looks like as `application/problem+json`. */
export const problemSchemas = Object.fromEntries(
  problemCodes.map((code) => [code, schemaOf(code)]),
) as Readonly<Record<ProblemCode, ReturnType<typeof schemaOf>>>;

type MembersOf<Code extends ProblemCode> = (typeof definitions)[Code] extends { members: infer Members }
  ? {
      readonly [Name in keyof Members]: Members[Name] extends z.ZodType
        ? Immutable<z.output<Members[Name]>>
        : never;
    }
  : Record<never, never>;

/** The members that a problem of this code has beside those of every problem. */
export type ProblemMembers<Code extends ProblemCode> = Partial<MembersOf<Code>>;

/** A problem as it is answered: RFC 9457 with a stable `code`. */
export type Problem<Code extends ProblemCode = ProblemCode> = {
  readonly type: `urn:countersign:problem:${Code}`;
  readonly title: string;
  readonly status: number;
  readonly code: Code;
  readonly detail: string;
  readonly errors?: readonly (FieldError & { readonly line?: number; readonly column?: number })[];
} & ProblemMembers<Code>;

/** A problem of a code: what happened this time, the members of its code, and what is wrong where. */
export function problem<Code extends ProblemCode>(
  code: Code,
  detail: string,
  more: ProblemMembers<Code> & Pick<Problem, 'errors'> = {} as ProblemMembers<Code>,
): Problem<Code> {
  const { status, title } = definitions[code];
  return { type: `urn:countersign:problem:${code}`, title, status, code, detail, ...more } as Problem<Code>;
}

/** What is refused under `/api/v1`, in the words of OpenIntent: \`message\` and \`detail\` are the same. */
export const openIntentError = z
  .object({
    error: z.enum(problemCodes as [ProblemCode, ...ProblemCode[]]),
    message: z.string(),
    detail: z.string(),
    errors: z.array(fieldError).optional(),
    required_permission: z.enum([...permissions, ...accessLevels]).optional(),
    current_permission: z.enum(accessLevels).nullable().optional(),
    access_request_url: z.string().optional(),
    current_version: z.int().min(1).optional(),
    existing_lease: existingLease.optional().describe('with `lease_conflict`'),
    rule: z.enum(governanceRules).optional().describe('with `governance_violation`'),
  })
  .meta({ id: 'OpenIntentError' });

/** A problem as OpenIntent's clients read it. */
export function asOpenIntentError({
  code,
  detail,
  type: _type,
  title: _title,
  status: _status,
  ...members
}: Problem) {
  return { error: code, message: detail, detail, ...members };
}
