import type { ToolEvaluated } from '@countersign/contracts';

/** What the judgement knew of a call. */
type Facts = ToolEvaluated['facts'];

/** Cost above which a call is called costly: the default policy's threshold, 100 units. */
const COSTLY_MICROS = 100_000_000;
/** Intents a minute from which a call is part of a burst. */
const BURST = 60;

/**
 * What makes a call risky, highest first, as codes for the person who is asked. Derived from the frozen facts alone,
 * never from what the agent says.
 */
export function risksOf({ tool, ctx }: Facts): string[] {
  if (!tool) return [];
  const risks: [boolean, string][] = [
    [tool.destructive, 'destructive'],
    [tool.environment === 'production', 'production'],
    [tool.sensitivity === 'critical', 'critical_sensitivity'],
    [tool.sensitivity === 'high', 'high_sensitivity'],
    [(tool.cost_micros ?? 0) > COSTLY_MICROS, 'costly'],
    [ctx.first_use, 'first_use'],
    [!ctx.first_use && !ctx.common_tool, 'uncommon_tool'],
    [ctx.frequency > BURST, 'burst'],
  ];
  return risks.flatMap(([applies, code]) => (applies ? [code] : []));
}
