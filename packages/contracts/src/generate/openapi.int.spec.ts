import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { routes, services } from '../index.ts';
import { readSchemaFile } from '../testing/fixtures.ts';
import { allRoutes, openApiOf } from './openapi.ts';

type Response = { readonly content?: Readonly<Record<string, { readonly schema?: object }>> };
type Operation = {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly in?: string; readonly name?: string }[];
  readonly responses: Readonly<Record<string, Response>>;
};
type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, AnySchemaObject>> };
};

const document = openApiOf('Countersign', allRoutes) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.values(methods).map((operation) => ({ path, operation })),
);

describe('the OpenAPI document', () => {
  it('is of version 3.1', () => expect(document.openapi).toBe('3.1.0'));

  it('names every operation once, as the routes do', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.sort()).toEqual(Object.keys(routes).sort());
    expect(Object.entries(routes).filter(([id, route]) => id !== route.operationId)).toEqual([]);
  });

  it('says of every operation what it is for and whether it needs a key', () => {
    for (const { path, operation } of operations) {
      expect(operation.summary, path).toBeTruthy();
      expect(Array.isArray(operation.security), path).toBe(true);
    }
  });

  it('declares every path parameter of its template', () => {
    for (const { path, operation } of operations) {
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(declared.map(({ name }) => name).sort(), path).toEqual(named.sort());
    }
  });

  it('answers every refusal as problem+json, and in the words of OpenIntent under its paths', () => {
    for (const { path, operation } of operations) {
      for (const [status, response] of Object.entries(operation.responses)) {
        const types = Object.keys(response.content ?? {});
        const type = path.startsWith('/api/v1/') ? 'application/json' : 'application/problem+json';
        if (Number(status) >= 400) expect(types, `${path} ${status}`).toEqual([type]);
        else expect(types, `${path} ${status}`).not.toContain('application/problem+json');
      }
    }
  });

  it('resolves every reference, and every component is a JSON Schema', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'openapi', components: document.components });
    for (const name of Object.keys(document.components.schemas)) {
      expect(ajv.validateSchema(document.components.schemas[name] ?? false), name).toBe(true);
      expect(() => ajv.compile({ $ref: `openapi#/components/schemas/${name}` }), name).not.toThrow();
    }
  });

  it('closes requests and leaves answers open', () => {
    const { ToolCallRequest, ToolCall } = document.components.schemas;
    expect(ToolCallRequest?.additionalProperties).toBe(false);
    expect(ToolCall).not.toHaveProperty('additionalProperties');
  });

  it('gives query parameters the types that callers mean', () => {
    const parameters = document.paths['/v1/tool-calls']?.get?.parameters;
    expect(parameters?.find(({ name }) => name === 'limit')).toMatchObject({
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    });
  });
});

describe('the documents of the services', () => {
  it('together have every route, each with its owner', () => {
    const owned = services.flatMap((service) => {
      const { paths } = readSchemaFile(`http/${service}.openapi.json`) as Pick<Document, 'paths'>;
      return Object.values(paths).flatMap((methods) =>
        Object.values(methods).map(({ operationId }) => operationId),
      );
    });
    expect([...new Set(owned)].sort()).toEqual(Object.keys(routes).sort());
    const shared = allRoutes.filter(({ service }) => service === 'every').length;
    expect(owned.length).toBe(allRoutes.length + shared * (services.length - 1));
  });
});
