import { readFileSync } from 'node:fs';
import { schemasDirectory } from '@countersign/contracts';

/** One operation of the generated OpenAPI document, as far as it takes to get its requests wrong. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` for each path parameter. */
  readonly path: string;
  /** No key is needed. */
  readonly open: boolean;
  /** Name of the schema of its body under `components/schemas`; `null` if it takes none. */
  readonly bodySchema: string | null;
  /** Names of its query parameters. */
  readonly query: readonly string[];
}

interface Documented {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly in?: string; readonly name?: string }[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: { $ref: string } } };
  };
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
}

/** The document as it is served. */
export const openApi: OpenApi = JSON.parse(readFileSync(new URL('openapi.json', schemasDirectory), 'utf8'));

/** Every operation of the document. */
export const operations: readonly Operation[] = Object.entries(openApi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, security, parameters = [], requestBody }]) => ({
    id: operationId,
    method: method.toUpperCase(),
    path,
    open: security?.length === 0,
    bodySchema: requestBody?.content['application/json'].schema.$ref.split('/').at(-1) ?? null,
    query: parameters.flatMap((parameter) =>
      parameter.in === 'query' && parameter.name ? [parameter.name] : [],
    ),
  })),
);

/** The methods that a path of the document is offered with. */
export function methodsOf(path: string): readonly string[] {
  return Object.keys(openApi.paths[path] ?? {}).map((method) => method.toUpperCase());
}
