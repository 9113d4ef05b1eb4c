import { describe, expect, it } from 'vitest';
import { problemCodes, problemStatus } from '../problems.ts';
import {
  CONTRACT_PROBLEMS,
  CONTRACT_ROUTES,
  FURTHER_ROUTES,
  OPENINTENT_ROUTES,
} from '../testing/contract-routes.ts';
import { readSchemaFile } from '../testing/fixtures.ts';

type Operation = {
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, unknown>>;
};
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

const document = readSchemaFile('openapi.json') as unknown as Document;
const words = (text: string | undefined): readonly string[] => (text ?? '').split(' ').filter(Boolean);

const rows = [...CONTRACT_ROUTES, ...FURTHER_ROUTES, ...OPENINTENT_ROUTES].map((row) => {
  const [route = '', statuses, codes] = row.split('|').map((cell) => cell.trim());
  const [method = '', path = ''] = route.split(' ');
  return { route, method: method.toLowerCase(), path, statuses: words(statuses), codes: words(codes) };
});

const successes = (operation: Operation | undefined): readonly string[] =>
  Object.keys(operation?.responses ?? {}).filter((status) => status.startsWith('2'));

describe.each(rows)('$route', ({ method, path, statuses, codes }) => {
  const operation = document.paths[path]?.[method];

  it('answers with the statuses of the contract', () => {
    expect(successes(operation)).toEqual(statuses);
  });

  it('can answer each of its problems', () => {
    for (const code of codes) {
      const status = Object.entries(CONTRACT_PROBLEMS).find(([, listed]) =>
        words(listed).includes(code),
      )?.[0];
      const response = JSON.stringify(operation?.responses[status ?? ''] ?? {});
      expect(response, `${code} as ${status}`).toContain(`\`${code}\``);
    }
  });

  it('needs a key unless the contract says otherwise', () => {
    const open = !/^\/(v1|api|admin|schemas)\//.test(path);
    expect(operation?.security).toEqual(open ? [] : [{ key: [] }]);
    expect('401' in (operation?.responses ?? {})).toBe(!open);
  });
});

describe('the document', () => {
  it('has no route that the tables do not have', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...documented].sort()).toEqual(rows.map(({ route }) => route).sort());
  });

  it('gives each problem code the status of the contract, and has no others', () => {
    const table = Object.entries(CONTRACT_PROBLEMS).flatMap(([status, codes]) =>
      words(codes).map((code) => `${code} ${status}`),
    );
    expect(problemCodes.map((code) => `${code} ${problemStatus(code)}`).sort()).toEqual(table.sort());
  });
});
