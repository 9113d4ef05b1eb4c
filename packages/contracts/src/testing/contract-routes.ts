/**
 * The public contract's route tables (its sections 1 to 5), transcribed by hand: method and path, the statuses of its
 * answers, and the problem codes that it names for the route. What every route with a key may answer is not repeated.
 */
export const CONTRACT_ROUTES: readonly string[] = [
  // 1. Conventions
  'GET /healthz | 200 |',
  'GET /readyz | 200 |',
  'GET /metrics | 200 |',
  'GET /openapi.json | 200 |',
  'GET /asyncapi.json | 200 |',
  'GET /docs | 200 |',
  // 2. Tool calls
  'POST /v1/tool-calls | 200 202 | denied user_not_delegated idempotency_conflict arguments_invalid over_quota throttled undecided',
  'GET /v1/tool-calls/{id} | 200 | not_found',
  'GET /v1/tool-calls | 200 |',
  'GET /v1/tool-calls/{id}/timeline | 200 | not_found',
  'POST /v1/permits/verify | 200 | permit_invalid digest_mismatch void expired',
  'POST /v1/permits/redeem | 200 | permit_invalid digest_mismatch void expired permit_redeemed',
  'POST /v1/tool-calls/{id}/outcome | 200 | permit_invalid outcome_conflict',
  // 3. Registering things
  'PUT /v1/agents/{id} | 200 201 |',
  'GET /v1/agents/{id} | 200 | not_found',
  'GET /v1/agents | 200 |',
  'POST /v1/agents/{id}/disable | 200 | not_found',
  'POST /v1/agents/{id}/enable | 200 | not_found',
  'POST /v1/agents/{id}/signing-keys | 200 201 | not_found already_exists void',
  'PUT /v1/tools/{name} | 200 201 |',
  'PUT /v1/users/{id} | 200 201 |',
  'POST /v1/keys | 201 |',
  'GET /v1/keys | 200 |',
  'DELETE /v1/keys/{id} | 204 | not_found',
  'POST /v1/organizations | 201 | already_exists',
  'PUT /v1/organizations/{id}/plan | 200 | not_found',
  'PUT /v1/plans/{slug} | 200 201 | plan_invalid',
  'GET /v1/plans/{slug} | 200 | not_found',
  'PUT /v1/policies/{id} | 200 201 | policy_invalid',
  'POST /v1/policies/{id}/activate | 200 | not_found',
  'POST /v1/policies/{id}/deactivate | 200 | not_found',
  'POST /v1/policies/{id}/test | 200 |',
  'GET /v1/policies/{id} | 200 | not_found',
  'GET /v1/policies/{id}/versions | 200 | not_found',
  'POST /v1/kill-switches | 201 |',
  'POST /v1/kill-switches/{id}/release | 200 | not_found',
  'GET /v1/kill-switches | 200 |',
  'GET /v1/meters | 200 |',
  // 4. Approvals
  'GET /v1/approvals | 200 |',
  'GET /v1/approvals/{id} | 200 | not_found',
  'POST /v1/approvals/{id}/decision | 200 | self_approval not_an_approver already_decided digest_mismatch expired void',
  // 5. Events
  'GET /v1/events | 200 |',
  'GET /v1/events/stream | 200 |',
];

/** Routes that the contract's words ask for without a row of their own: reading back, and what operators need. */
export const FURTHER_ROUTES: readonly string[] = [
  'GET /v1/agents/{id}/signing-keys | 200 | not_found',
  'DELETE /v1/agents/{id}/signing-keys/{key} | 204 | not_found',
  'GET /v1/tools/{name} | 200 | not_found',
  'GET /v1/tools | 200 |',
  'DELETE /v1/tools/{name} | 204 | not_found',
  'GET /v1/users/{id} | 200 | not_found',
  'GET /v1/users | 200 |',
  'GET /v1/organizations | 200 |',
  'GET /v1/plans | 200 |',
  'GET /v1/policies | 200 |',
  'GET /v1/kill-switches/{id} | 200 | not_found',
  'GET /schemas/events/{file} | 200 | not_found',
  'GET /v1/dead-letters | 200 |',
  'GET /v1/dead-letters/{id} | 200 | not_found',
  'POST /v1/dead-letters/{id}/retry | 200 | not_found',
  'GET /v1/parked | 200 |',
  'GET /v1/parked/{id} | 200 | not_found',
  'POST /v1/parked/{id}/retry | 200 | not_found',
];

/** The contract's table of problem codes by status. */
export const CONTRACT_PROBLEMS: Readonly<Record<number, string>> = {
  400: 'malformed_json invalid_request',
  401: 'unauthenticated',
  403: 'forbidden denied user_not_delegated permit_invalid self_approval not_an_approver',
  404: 'not_found',
  409: 'idempotency_conflict already_exists already_decided digest_mismatch outcome_conflict permit_redeemed version_conflict',
  410: 'expired void',
  413: 'too_large',
  415: 'unsupported_media_type',
  422: 'arguments_invalid policy_invalid plan_invalid',
  429: 'over_quota throttled',
  503: 'undecided unavailable overloaded',
};
