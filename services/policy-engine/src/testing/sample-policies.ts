/** A policy that allows reading and asks for two operators where the arguments name somebody. */
export const CALM = `policy: calm
schema: call/1
variables:
  - name: named
    expression: has(args.path) && args.path.contains("b")
rules:
  - id: named-path
    condition: vars.named
    effect: require_approval
    obligations: { approvers: ["role:operator"], quorum: 2, ttl: 15m }
  - id: costly
    mode: shadow
    condition: tool.cost_micros > 5
    effect: deny
  - id: reads
    match: { actions: [read] }
    effect: allow
`;

/** Tests that hit every rule of `CALM`. */
export const CALM_TESTS = `fixtures:
  read: { args: { path: a }, tool: { name: read-file, action: read, cost_micros: 0 } }
tests:
  - name: reading is allowed
    given: read
    expect: { outcome: allow, rules: [reads] }
  - name: a named path is asked about
    given: read
    with: { args: { path: b } }
    expect: { outcome: require_approval, rules: [named-path], quorum: 2 }
  - name: cost is watched
    given: read
    with: { tool: { cost_micros: 6 } }
    expect: { outcome: allow, shadow: [costly] }
`;
