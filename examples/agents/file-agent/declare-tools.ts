import { readFile } from 'node:fs/promises';
import type { Client, ToolRequest } from '@countersign/sdk';

/** Declares the agent's tools as `tools.json` has them. Takes the key of somebody who manages tools, not the agent's. */
export async function declareTools(client: Client): Promise<readonly string[]> {
  const text = await readFile(new URL('tools.json', import.meta.url), 'utf8');
  const tools = JSON.parse(text) as Readonly<Record<string, ToolRequest>>;
  for (const [name, declaration] of Object.entries(tools)) await client.tools.put(name, declaration);
  return Object.keys(tools);
}
