import type { ToolRequested } from '@countersign/contracts';
import type { Projection, ProjectionHost, ViewRow } from '@countersign/processing';
import type { FrozenFacts } from '../evaluation/facts.ts';
import {
  COMMON_USES,
  COMMON_WINDOW_MS,
  type DayRow,
  dayKey,
  frequencyAt,
  NO_USE,
  PATTERN_SUCCESSES,
  type PatternRow,
  patternKey,
  type UseRow,
  useKey,
} from './use-row.ts';

/** What the ledger says about how usual a call is, at `time`. The definitions stand in `use-row.ts`. */
export type ContextFacts = (
  organization: string,
  requested: ToolRequested,
  time: string,
) => Promise<FrozenFacts['ctx']>;

interface FactViews {
  readonly uses: Projection<UseRow>;
  readonly days: Projection<DayRow>;
  readonly patterns: Projection<PatternRow>;
}

/** Facts that are counted from the ledger, out of views. */
export function createContextFacts(host: Pick<ProjectionHost, 'find'>, views: FactViews): ContextFacts {
  // What is in memory is answered without a turn of the event loop.
  const find = <Row extends ViewRow>(
    projection: Projection<Row>,
    key: string,
  ): Row | undefined | Promise<Row | undefined> => {
    const known = projection.table.peek(key);
    return known === undefined ? host.find(projection, key) : (known ?? undefined);
  };
  return async (organization, requested, time) => {
    const { user_id, agent_id, tool_name, arguments_shape } = requested;
    const at = Date.parse(time);
    const use = (await find(views.uses, useKey(organization, user_id, tool_name))) ?? NO_USE;
    const day = await find(views.days, dayKey(organization, user_id, time));
    const pattern = await find(
      views.patterns,
      patternKey(organization, agent_id, tool_name, arguments_shape),
    );
    const recent = use.redeemed.filter((redeemed) => redeemed > at - COMMON_WINDOW_MS);
    return {
      first_use: use.redeemed.length === 0,
      common_tool: recent.length >= COMMON_USES,
      repeated_pattern: (pattern?.succeeded ?? 0) >= PATTERN_SUCCESSES,
      frequency: frequencyAt(use, at),
      daily_calls: day?.calls ?? 0,
    };
  };
}
