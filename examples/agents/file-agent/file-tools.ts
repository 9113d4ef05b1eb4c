import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

/** Arguments as they were decided on. */
export type ToolArguments = Readonly<Record<string, string>>;

/** Tools that really do what their names say. They ask nobody: whoever calls them must have been allowed to. */
export interface FileTools {
  /** @throws Error with the tool's own words if it fails. */
  execute(tool: string, given: ToolArguments): Promise<string>;
  /** Ends the MCP server. */
  close(): Promise<void>;
}

const SERVER = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-filesystem/dist/index.js'));

/** Starts the official MCP filesystem server on a directory and speaks with it over its standard streams. */
export async function openFileTools(directory: string): Promise<FileTools> {
  const mcp = new Client({ name: 'file-agent', version: '1.0.0' });
  await mcp.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [SERVER, '.'],
      cwd: directory,
      stderr: 'ignore',
    }),
  );
  return {
    async execute(tool, given) {
      if (tool === 'delete_file') return deleteFile(directory, given.path!);
      const { content, isError } = await mcp.callTool({ name: tool, arguments: given });
      const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
      if (isError) throw new Error(text);
      return text;
    },
    close: () => mcp.close(),
  };
}

/** The MCP server has no tool for this. Ours would delete anything that the process may: only a policy stands before it. */
async function deleteFile(directory: string, path: string): Promise<string> {
  await rm(resolve(directory, path));
  return `Deleted ${path}`;
}
