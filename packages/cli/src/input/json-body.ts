import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Io } from '../terminal/io.ts';
import { readText } from './text-file.ts';

/**
 * The body of a request: what the file holds (`-`: stdin), with the members that options give laid over it. Its members
 * are checked by the server, which names every one that is wrong.
 */
export async function readBody<Body extends object>(
  io: Io,
  file: string | undefined,
  given: { readonly [Name in keyof Body]?: Body[Name] | undefined },
): Promise<Body> {
  const held = file === undefined ? {} : await readJsonObject(io, file);
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...held, ...Object.fromEntries(named) } as Body;
}

/** A JSON object out of a file, or out of stdin for `-`. */
export async function readJsonObject(io: Io, file: string): Promise<object> {
  const text = await readText(io, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return notAnObject(file, (cause as Error).message);
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as object) : notAnObject(file, 'it holds another JSON value');
}

function notAnObject(file: string, why: string): never {
  const name = file === '-' ? 'stdin' : file;
  return fail({
    exitCode: EXIT.usage,
    code: 'malformed_json',
    detail: `${name} holds no JSON object: ${why}`,
    remedy: 'write one, such as {"description": "…"}',
  });
}
