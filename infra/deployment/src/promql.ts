import { parser } from '@prometheus-io/lezer-promql';

/** What an expression of Prometheus names. */
export interface PromQl {
  readonly metrics: readonly string[];
  /** Labels that it selects, groups or matches by. */
  readonly labels: readonly string[];
}

/** @throws Error if it is no expression */
export function readPromQl(expression: string): PromQl {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  parser.parse(expression).iterate({
    enter(node) {
      const text = expression.slice(node.from, node.to);
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${expression}`);
      if (node.name === 'Identifier') metrics.add(text);
      if (node.name === 'LabelName') labels.add(text);
    },
  });
  return { metrics: [...metrics], labels: [...labels] };
}
