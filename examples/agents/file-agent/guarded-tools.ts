import type { Client, GuardResult } from '@countersign/sdk';
import type { FileTools, ToolArguments } from './file-tools.ts';

/** What became of one call that the agent wanted. */
export interface Step {
  readonly tool: string;
  readonly given: ToolArguments;
  readonly result: GuardResult<string>;
}

/** Calls a tool if Countersign allows it. Answers what the tool answered; null if it was refused, or failed. */
export type CallTool = (tool: string, given: ToolArguments, reason: string) => Promise<string | null>;

/** The only way from the agent to its tools: no call without a permit, and no permit without a record. */
export function guardTools(client: Client, tools: FileTools, onStep: (step: Step) => void): CallTool {
  return async (tool, given, reason) => {
    const result = await client.guard({ tool, arguments: given, reason }, ({ arguments: decided }) =>
      tools.execute(tool, decided),
    );
    onStep({ tool, given, result });
    return result.verdict === 'executed' && result.success ? result.value : null;
  };
}
