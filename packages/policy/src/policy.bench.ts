import { Environment } from '@marcbachmann/cel-js';
import { readDefaultPolicy } from './default.ts';
import { evaluate } from './evaluating/evaluate.ts';
import { compilePolicySet, type PolicySet } from './evaluating/policy-set.ts';
import { Activation } from './expressions/activation.ts';
import type { Facts } from './expressions/facts.ts';
import { policyExpressions } from './expressions/policy-expressions.ts';
import { CALL_1, FACT_GROUPS } from './expressions/schema.ts';
import { parsePolicy } from './loading/parse-policy.ts';
import type { Policy, Rule } from './policy.ts';

/** One measured figure next to what it is compared with, both from interleaved rounds of the same run. */
export interface BenchResult {
  readonly name: string;
  /** Decisions a second, median. */
  readonly figure: number;
  readonly floor: number;
  readonly floorName: string;
  readonly ratio: number;
  /** The ratio to reach, where there is one. */
  readonly target?: number;
}

const CONDITIONS = [
  'tool.sensitivity in ["high", "critical"] && ctx.first_use',
  'tool.cost_micros > 100000000',
  '"operator" in user.roles && tool.action in ["read", "modify"]',
  'user.trust_score < 300 || ctx.frequency > 600',
  'tool.environment == "production" && tool.action != "read"',
  'user.approval_level == "always" && tool.destructive',
  'ctx.daily_calls > 1000 && !ctx.common_tool',
  'args.path.startsWith("/etc/") || args.path.endsWith(".key")',
  'agent.project == scope.project && call.reason.size() < 4',
  'tool.requires_approval && !(ctx.repeated_pattern && user.trust_score > 900)',
];

const FACTS: Facts = {
  args: { path: 'reports/weekly.md', content: 'All quiet.', mode: 420 },
  tool: {
    name: 'files-2-write',
    action: 'modify',
    sensitivity: 'high',
    destructive: false,
    requires_approval: false,
    environment: 'staging',
    cost_micros: 1_000,
  },
  agent: { id: 'reporter', owner: 'ada', project: 'reports' },
  user: { id: 'ada', roles: ['developer', 'operator'], approval_level: 'production_only', trust_score: 500 },
  scope: { organization: 'acme', workspace: 'office', project: 'reports' },
  call: { reason: 'the weekly report', confidence: 0.9 },
  ctx: { first_use: false, common_tool: true, repeated_pattern: false, frequency: 3, daily_calls: 20 },
};

const ROUNDS = 151;
const CALLS_PER_ROUND = 1_000;

/** Measures policy evaluation; takes about three seconds and prints nothing. */
export async function benchPolicy(rounds = ROUNDS, calls = CALLS_PER_ROUND): Promise<readonly BenchResult[]> {
  const hundredRules = policySet(hundredRulesPolicy());
  const { length: applied } = evaluate(hundredRules, FACTS).rules;
  if (applied !== CONDITIONS.length)
    throw new Error(`${applied} rules apply, ${CONDITIONS.length} are compared`);
  const defaultRules = policySet(parsed((await readDefaultPolicy()).policy));
  const bare = bareConditions();
  const prepared = preparedConditions();
  const [hundred, bareTen, preparedTen, standard] = medianRates(
    [() => evaluate(hundredRules, FACTS), bare, prepared, () => evaluate(defaultRules, FACTS)],
    rounds,
    calls,
  );
  const name = 'policy: 100 rules, 10 apply by selector';
  return [
    result(name, hundred!, bareTen!, 'bare cel-js, the ten conditions on plain typed facts', 0.7),
    result(name, hundred!, preparedTen!, 'bare cel-js, the ten conditions on facts converted beforehand'),
    result(
      'policy: the default policy',
      standard!,
      bareTen!,
      'bare cel-js, the ten conditions on plain typed facts',
    ),
  ];
}

/** Ten rules for each of ten tools: by exact name, by glob, by name and action, by name and sensitivity. */
function hundredRulesPolicy(): Policy {
  const rules = Array.from({ length: 100 }, (_, at): Rule => {
    const [group, kind] = [Math.floor(at / 10), at % 10];
    const name = `files-${group}-write`;
    const selectors = [
      { tools: [name] },
      { tools: [`files-${group}-*`] },
      { tools: [name], actions: ['modify'] },
      { tools: [name], sensitivities: ['high', 'critical'] },
    ] as const;
    const ask = {
      effect: 'require_approval',
      obligations: { approvers: ['role:operator'], quorum: 1 },
    } as const;
    return {
      id: `rule-${at}`,
      mode: 'enforce',
      match: selectors[kind % selectors.length]!,
      condition: CONDITIONS[kind]!,
      ...(kind === 2 ? { effect: 'allow' } : ask),
    };
  });
  return { policy: 'bench', schema: 'call/1', variables: [], rules };
}

function policySet(policy: Policy): PolicySet {
  return compilePolicySet([{ policy, mode: 'enforce', scope: { organization: 'acme' }, floor: false }]);
}

function parsed(text: string): Policy {
  const result = parsePolicy(text);
  if (!result.ok) throw new Error(result.errors[0]?.message);
  return result.policy;
}

/** What a program that uses cel-js directly does: typed variables, plain objects, integers converted beforehand. */
function bareConditions(): () => void {
  const environment = new Environment().registerVariable('args', 'map<string, dyn>');
  for (const group of FACT_GROUPS) environment.registerVariable(group, { schema: CALL_1[group] });
  const { tool, user, ctx } = FACTS;
  const facts = {
    ...FACTS,
    tool: { ...tool, cost_micros: BigInt(tool.cost_micros) },
    user: { ...user, trust_score: BigInt(user.trust_score) },
    ctx: { ...ctx, frequency: BigInt(ctx.frequency), daily_calls: BigInt(ctx.daily_calls) },
  };
  const conditions = CONDITIONS.map((condition) => environment.parse(condition));
  for (const condition of conditions) condition.check();
  return () => {
    for (const condition of conditions) condition(facts);
  };
}

/** The same, on the facts as this package shows them to cel-js, converted once for all rounds. */
function preparedConditions(): () => void {
  const expressions = policyExpressions();
  const activation = new Activation(FACTS);
  const conditions = CONDITIONS.flatMap((condition) => {
    const compiled = expressions.condition(condition);
    return compiled.ok ? [compiled.expression.run] : [];
  });
  return () => {
    for (const condition of conditions) condition(activation);
  };
}

/** Runs of each body a second: the median over rounds in which all bodies take turns. The first round warms up. */
function medianRates(bodies: readonly (() => void)[], rounds: number, calls: number): readonly number[] {
  const rates: number[][] = bodies.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    bodies.forEach((body, at) => {
      const start = performance.now();
      for (let call = 0; call < calls; call++) body();
      if (round > 0) rates[at]!.push((calls / (performance.now() - start)) * 1_000);
    });
  }
  return rates.map((sample) => sample.sort((a, b) => a - b)[rounds >> 1]!);
}

function result(
  name: string,
  figure: number,
  floor: number,
  floorName: string,
  target?: number,
): BenchResult {
  return { name, figure, floor, floorName, ratio: figure / floor, ...(target !== undefined && { target }) };
}

if (import.meta.main) {
  for (const { name, figure, floor, floorName, ratio, target } of await benchPolicy()) {
    const wanted = target === undefined ? '' : ` (target ${target})`;
    console.log(`${name}: ${Math.round(figure)} decisions/s, ${(1e6 / figure).toFixed(2)} us each`);
    console.log(`  floor: ${floorName}: ${Math.round(floor)}/s; ratio ${ratio.toFixed(2)}${wanted}`);
  }
}
