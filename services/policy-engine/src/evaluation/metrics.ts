import { verdicts } from '@countersign/contracts';
import type { CommandHandler } from '@countersign/event-store';
import type { Counter, Metrics } from '@countersign/telemetry';
import type { Evaluation, Record } from './decide.ts';
import type { ToolEvaluated } from './events.ts';

/** Counts every evaluation that is recorded, once, whatever is delivered again. */
export function measured(
  evaluations: CommandHandler<Evaluation, Record, never>,
  metrics: Metrics,
): CommandHandler<Evaluation, Record, never> {
  const count = countEvaluations(metrics);
  return {
    ...evaluations,
    async handle(stream, command, metadata) {
      const handled = await evaluations.handle(stream, command, metadata);
      if (handled.kind === 'handled' && handled.events.length > 0) count(command.evaluated);
      return handled;
    },
  };
}

function countEvaluations(metrics: Metrics): (evaluated: ToolEvaluated['data']) => void {
  const byVerdict = new Map(
    verdicts.map((verdict) => [verdict, metrics.counter('decisions_total', { verdict })]),
  );
  /** Handles of declared tools: the label has as many values as there are declarations. */
  const byTool = new Map<string, Counter>();
  const permissionDenied = metrics.counter('permission_denied_total', {});
  return ({ verdict, facts }) => {
    byVerdict.get(verdict)?.add();
    if (facts.checks.missing_permissions.length > 0) permissionDenied.add();
    if (!facts.tool) return;
    const tool = facts.tool.name;
    let counter = byTool.get(tool);
    if (!counter) {
      counter = metrics.counter('decisions_per_tool_total', { tool });
      byTool.set(tool, counter);
    }
    counter.add();
  };
}
