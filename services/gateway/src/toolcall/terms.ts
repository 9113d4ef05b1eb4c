import { createHmac, type KeyObject } from 'node:crypto';
import type { ToolEntry } from '@countersign/directory';
import type { JsonObject } from '@countersign/event-sourcing';
import { compileArgsExpression, type Json } from '@countersign/policy';

/** What a call costs and where it acts: the stricter of the tool's declaration and what the agent says. */
export interface Terms {
  /** `null`: `cost_from` gave none; the policy-engine refuses such a call. */
  readonly costMicros: number | null;
  /** `null`: `environment_from` gave none. */
  readonly environment: string | null;
}

interface Claims {
  readonly cost_micros?: number | undefined;
  readonly environment?: string | undefined;
}

type Read = (args: JsonObject) => Terms;

/** The environment that no claim can make milder. */
const PRODUCTION = 'production';

/** Reads the terms of calls; a declaration's expressions are compiled once per definition. */
export function createTerms(
  installationEnvironment: string,
): (tool: ToolEntry, args: JsonObject, claims: Claims) => Terms {
  const readers = new Map<string, { readonly hash: string; readonly read: Read }>();
  const readerOf = (tool: ToolEntry): Read => {
    const known = readers.get(tool.message.subject);
    if (known?.hash === tool.data.definition_hash) return known.read;
    const read = compile(tool, installationEnvironment);
    readers.set(tool.message.subject, { hash: tool.data.definition_hash, read });
    return read;
  };
  return (tool, args, claims) => {
    const declared = readerOf(tool)(args);
    const costMicros =
      declared.costMicros === null ? null : Math.max(declared.costMicros, claims.cost_micros ?? 0);
    const claimed = claims.environment === PRODUCTION ? PRODUCTION : declared.environment;
    return { costMicros, environment: declared.environment === null ? null : claimed };
  };
}

function compile({ data: { declaration } }: ToolEntry, installationEnvironment: string): Read {
  const cost = declaration.cost_from === null ? null : compileArgsExpression(declaration.cost_from, 'int');
  const where =
    declaration.environment_from === null
      ? null
      : compileArgsExpression(declaration.environment_from, 'string');
  return (args) => ({
    costMicros: cost === null ? (declaration.cost_micros ?? 0) : costOf(cost, args),
    environment: where === null ? (declaration.environment ?? installationEnvironment) : textOf(where, args),
  });
}

function costOf(
  expression: ReturnType<typeof compileArgsExpression<'int'>>,
  args: JsonObject,
): number | null {
  if (!expression.ok) return null;
  const cost = expression.evaluate(args as { [name: string]: Json });
  return cost.ok && cost.value >= 0 ? cost.value : null;
}

const ENVIRONMENT = /^[a-z0-9][a-z0-9._-]{0,62}$/;

function textOf(
  expression: ReturnType<typeof compileArgsExpression<'string'>>,
  args: JsonObject,
): string | null {
  if (!expression.ok) return null;
  const text = expression.evaluate(args as { [name: string]: Json });
  return text.ok && ENVIRONMENT.test(text.value) ? text.value : null;
}

/** Shapes that are remembered; a cache only. */
const REMEMBERED_SHAPES = 1_000;

/** Which arguments were named: a keyed digest, so that it tells nothing without the installation's key. */
export function createShapes(key: KeyObject): (args: JsonObject) => string {
  const shapes = new Map<string, string>();
  return (args) => {
    const names = JSON.stringify(Object.keys(args).sort());
    const known = shapes.get(names);
    if (known !== undefined) return known;
    const shape = createHmac('sha256', key).update(names).digest('base64url');
    if (shapes.size >= REMEMBERED_SHAPES) shapes.clear();
    shapes.set(names, shape);
    return shape;
  };
}
