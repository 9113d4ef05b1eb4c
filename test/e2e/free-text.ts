import { readFileSync } from 'node:fs';
import { type OperationId, routes, schemasDirectory } from '@countersign/contracts';

/** Part of a JSON Schema, as far as it is looked at here. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}

/** Tool definitions, policies and plans are clear, and say so; so are the addresses of handlers. */
const CLEAR: readonly OperationId[] = ['putTool', 'putPolicy', 'testPolicy', 'putPlan', 'putAccessHandler'];

const document = JSON.parse(readFileSync(new URL('openapi.json', schemasDirectory), 'utf8')) as Document;

const resolved = (schema: Schema): Schema => {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : resolved(document.components.schemas[name] ?? {});
};

/** Text without a form, or any JSON: what people and agents write as they like. Ids, times and choices are none. */
function isFree(given: Schema): boolean {
  const schema = resolved(given);
  if (schema.anyOf) return schema.anyOf.some(isFree);
  if (schema.allOf) return schema.allOf.every(isFree);
  const fixed = schema.pattern ?? schema.enum ?? schema.const ?? schema.properties;
  if (fixed !== undefined) return false;
  return schema.type === undefined || schema.type === 'string' || schema.type === 'object';
}

/** Every field of a request's body that is free text: `createKey.name`. A permit is the server's own text. */
export function freeTextFields(): string[] {
  return Object.values(routes).flatMap(({ operationId, method, path }) => {
    if (CLEAR.some((clear) => clear === operationId)) return [];
    const body = document.paths[path]?.[method.toLowerCase()]?.requestBody;
    const { properties = {} } = resolved(body?.content['application/json'].schema ?? {});
    const free = Object.entries(properties).filter(([name, schema]) => name !== 'permit' && isFree(schema));
    return free.map(([name]) => `${operationId}.${name}`);
  });
}

/** The fields of a request that hold any of these texts, named in the same way. */
export function fieldsWith(texts: readonly string[], method: string, path: string, body: object): string[] {
  const route = Object.values(routes).find(
    (one) => one.method === method && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  const held = Object.entries(body).filter(([, value]) => {
    const written = JSON.stringify(value);
    return texts.some((text) => written.includes(text));
  });
  return held.map(([name]) => `${route?.operationId}.${name}`);
}
