import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import { commandsOfATool, declareTool, OWNER } from '../testing/registration-commands.ts';
import { tool } from './decide.ts';
import type { ToolEvent } from './events.ts';

const withdraw = { kind: 'withdraw', by: OWNER } as const;
const other = { sensitivity: 'high' } as const;

function declared(version: number, command = declareTool()): ToolEvent {
  const { name, definitionHash, declaration } = command;
  const data = { name, version, definition_hash: definitionHash, declaration, by: OWNER };
  return { type: 'tool-declared.v1', data };
}

function withdrawn(version: number): ToolEvent {
  const { name, definitionHash } = declareTool();
  return { type: 'tool-withdrawn.v1', data: { name, version, definition_hash: definitionHash, by: OWNER } };
}

describe('declaring a tool', () => {
  it('begins with version 1', () => {
    spec(tool).given().when(declareTool()).then(declared(1));
  });

  it('with the same definition changes nothing', () => {
    spec(tool).given(declared(1)).when(declareTool()).thenNothing();
  });

  it('with another definition is the next version', () => {
    spec(tool)
      .given(declared(1))
      .when(declareTool(other))
      .then(declared(2, declareTool(other)));
  });

  it('with an earlier definition is a new version, which revives nothing', () => {
    spec(tool)
      .given(declared(1), declared(2, declareTool(other)))
      .when(declareTool())
      .then(declared(3));
  });

  it('makes a withdrawn one exist again, as a new version', () => {
    spec(tool).given(declared(1), withdrawn(1)).when(declareTool()).then(declared(2));
  });
});

describe('withdrawing a tool', () => {
  it('ends its declaration, once', () => {
    spec(tool).given(declared(1)).when(withdraw).then(withdrawn(1));
    spec(tool).given(declared(1), withdrawn(1)).when(withdraw).thenNothing();
  });

  it('that nobody declared is not found', () => {
    spec(tool).given().when(withdraw).thenRejected('not_found');
  });
});

it('decides nothing the second time, whatever came before', () => {
  alwaysIdempotent(tool, commandsOfATool);
});
