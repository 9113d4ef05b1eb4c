import type { Flag } from '@countersign/access';
import type { DomainEvent, JsonObject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

/** A declaration in full; null where nothing was stated. `cost_micros` in micro-units, `timeout_ms` in ms. */
export interface Declaration {
  readonly description: string;
  readonly input_schema: JsonObject;
  readonly action: 'read' | 'create' | 'modify' | 'delete' | 'execute' | 'admin';
  readonly required_permissions: readonly string[];
  /** Absent where the tool needs no feature of a plan: so it was before there were any, and hashes stay. */
  readonly required_flags?: readonly Flag[];
  readonly resource: string | null;
  readonly destructive: boolean;
  readonly requires_approval: boolean;
  readonly sensitivity: 'low' | 'medium' | 'high' | 'critical';
  readonly environment: string | null;
  readonly environment_from: string | null;
  readonly cost_micros: number | null;
  readonly cost_from: string | null;
  readonly timeout_ms: number | null;
}

type ToolDeclared = DomainEvent<
  'tool-declared.v1',
  {
    readonly name: string;
    readonly version: number;
    readonly definition_hash: string;
    readonly declaration: Declaration;
    readonly by: Actor;
  }
>;

type ToolWithdrawn = DomainEvent<
  'tool-withdrawn.v1',
  { readonly name: string; readonly version: number; readonly definition_hash: string; readonly by: Actor }
>;

/** Everything that the stream of a tool holds. */
export type ToolEvent = ToolDeclared | ToolWithdrawn;
