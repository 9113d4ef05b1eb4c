import { readFileSync } from 'node:fs';
import { schemasDirectory } from '@countersign/contracts';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Installation } from '../composition.ts';

type Response = { readonly content?: Readonly<Record<string, object>> };
type Operation = { readonly responses: Readonly<Record<string, Response>> };
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

const document: Document = JSON.parse(readFileSync(new URL('openapi.json', schemasDirectory), 'utf8'));
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi');
const validators = new Map<string, ValidateFunction>();

/** Holds every answer of a server against the document that it serves; what it gives fills with how they differ. */
export function holdToDocument(app: Installation['app']): readonly string[] {
  const differences: string[] = [];
  app.addHook('onSend', async (request, reply, payload) => {
    const path = request.template?.replaceAll(/:(\w+)/g, '{$1}') ?? '';
    // The page under /docs is no operation, HEAD is answered like GET.
    if (!(path in document.paths) || request.method === 'HEAD') return;
    const type = String(reply.getHeader('content-type') ?? '').split(';', 1)[0] ?? '';
    const body = type.endsWith('json') ? JSON.parse(String(payload)) : undefined;
    const difference = differenceOf(path, request.method.toLowerCase(), reply.statusCode, type, body);
    if (difference !== null) differences.push(`${request.route} ${reply.statusCode}: ${difference}`);
  });
  return differences;
}

function differenceOf(path: string, method: string, status: number, type: string, body: unknown) {
  const response = document.paths[path]?.[method]?.responses[status];
  if (response === undefined) return `not documented: ${JSON.stringify(body)}`;
  if (response.content === undefined) return type === '' ? null : 'documented without a body';
  if (!(type in response.content)) return `documented with another type than ${type}`;
  if (!type.endsWith('json')) return null;
  const place = ['paths', path, method, 'responses', String(status), 'content', type, 'schema'];
  const pointer = place.map((part) => encodeURIComponent(part.replaceAll('/', '~1'))).join('/');
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `openapi#/${pointer}` });
  validators.set(pointer, validate);
  return validate(body) ? null : `${ajv.errorsText(validate.errors)}: ${JSON.stringify(body)}`;
}
