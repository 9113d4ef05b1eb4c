import { type Decider, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { Declaration, ToolEvent } from './events.ts';

/** Declares anew. The same definition again changes nothing; an earlier one again is a new version. */
export interface DeclareTool {
  readonly kind: 'declare';
  readonly name: string;
  readonly declaration: Declaration;
  /** Digest of name and declaration in RFC 8785 form. */
  readonly definitionHash: string;
  readonly by: Actor;
}

interface WithdrawTool {
  readonly kind: 'withdraw';
  readonly by: Actor;
}

/** Everything that can be asked of a tool. */
export type ToolCommand = DeclareTool | WithdrawTool;

/** A tool as far as its stream decides; `declared` false once it is withdrawn. */
export interface Tool {
  readonly name: string;
  readonly version: number;
  readonly definitionHash: string | null;
  readonly declared: boolean;
}

const initial: Tool = { name: '', version: 0, definitionHash: null, declared: false };

function evolve(state: Tool, event: ToolEvent): Tool {
  switch (event.type) {
    case 'tool-declared.v1': {
      const { name, version, definition_hash } = event.data;
      return { name, version, definitionHash: definition_hash, declared: true };
    }
    case 'tool-withdrawn.v1':
      return { ...state, declared: false };
    default:
      return state;
  }
}

function decide(command: ToolCommand, state: Tool): readonly ToolEvent[] | Rejection<'not_found'> {
  if (command.kind === 'declare') {
    const { name, declaration, definitionHash, by } = command;
    if (state.declared && state.definitionHash === definitionHash) return [];
    const data = { name, version: state.version + 1, definition_hash: definitionHash, declaration, by };
    return [{ type: 'tool-declared.v1', data }];
  }
  if (state.definitionHash === null) return reject('not_found', 'there is no such tool');
  if (!state.declared) return [];
  const { name, version, definitionHash } = state;
  return [
    { type: 'tool-withdrawn.v1', data: { name, version, definition_hash: definitionHash, by: command.by } },
  ];
}

/** Declared in versions, withdrawn, and declared anew. */
export const tool: Decider<Tool, ToolCommand, ToolEvent, 'not_found'> = { initial, evolve, decide };
