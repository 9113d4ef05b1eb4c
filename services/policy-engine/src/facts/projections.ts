import type { PermitRedeemed, ToolCalled, ToolRequested } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { createViewTable, type Projection } from '@countersign/processing';
import {
  COMMON_USES,
  type DayRow,
  dayKey,
  daysView,
  NO_USE,
  PATTERN_SUCCESSES,
  type PatternRow,
  patternKey,
  patternsView,
  type UseRow,
  useKey,
  usesView,
  withIntent,
} from './use-row.ts';

const TOPICS = ['agent.tool'] as const;

/** Intents and redeemed calls per user and tool. */
export function createUses(): Projection<UseRow> {
  const table = createViewTable<UseRow>(usesView.name);
  const keyOf = (message: Message): string | null => {
    if (message.type !== 'agent.tool.requested' && message.type !== 'agent.permit.redeemed') return null;
    const { user_id, tool_name } = message.data as unknown as ToolRequested | PermitRedeemed;
    return useKey(message.organization, user_id, tool_name);
  };
  return {
    view: usesView,
    table,
    topics: TOPICS,
    needs: (message) => oneOrNone(keyOf(message)),
    apply(message) {
      const key = keyOf(message);
      if (key === null) return;
      const row = table.get(key) ?? NO_USE;
      if (message.position <= row.position) return;
      const at = Date.parse(message.time);
      if (message.type === 'agent.tool.requested') table.put(key, withIntent(row, at, message.position));
      else {
        const redeemed = [...row.redeemed, at].slice(-COMMON_USES);
        table.put(key, { ...row, redeemed, position: message.position });
      }
    },
  };
}

/** Redeemed calls per user and UTC day. */
export function createDays(): Projection<DayRow> {
  const table = createViewTable<DayRow>(daysView.name);
  const keyOf = (message: Message): string | null =>
    message.type === 'agent.permit.redeemed'
      ? dayKey(message.organization, (message.data as unknown as PermitRedeemed).user_id, message.time)
      : null;
  return {
    view: daysView,
    table,
    topics: TOPICS,
    needs: (message) => oneOrNone(keyOf(message)),
    apply(message) {
      const key = keyOf(message);
      if (key === null) return;
      const row = table.get(key) ?? { calls: 0, position: 0 };
      if (message.position > row.position)
        table.put(key, { calls: row.calls + 1, position: message.position });
    },
  };
}

/** Calls that ran and succeeded per agent, tool and shape of arguments; counted up to what the fact needs. */
export function createPatterns(): Projection<PatternRow> {
  const table = createViewTable<PatternRow>(patternsView.name);
  const keyOf = (message: Message): string | null => {
    if (message.type !== 'agent.tool.called') return null;
    const { agent_id, tool_name, arguments_shape, success, executed, unauthorized } =
      message.data as unknown as ToolCalled;
    return success && executed && !unauthorized
      ? patternKey(message.organization, agent_id, tool_name, arguments_shape)
      : null;
  };
  return {
    view: patternsView,
    table,
    topics: TOPICS,
    needs: (message) => oneOrNone(keyOf(message)),
    apply(message) {
      const key = keyOf(message);
      if (key === null) return;
      const row = table.get(key) ?? { succeeded: 0, position: 0 };
      if (message.position <= row.position || row.succeeded >= PATTERN_SUCCESSES) return;
      table.put(key, { succeeded: row.succeeded + 1, position: message.position });
    },
  };
}

function oneOrNone(key: string | null): readonly string[] {
  return key === null ? [] : [key];
}
