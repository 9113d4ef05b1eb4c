import { readdirSync, readFileSync } from 'node:fs';
import type { SchemaNode } from '../generate/json-schema.ts';
import { type CloudEvent, schemasDirectory } from '../index.ts';

/** A golden fixture: a public event as it was once published. */
export type Fixture = {
  readonly file: string;
  readonly type: string;
  readonly version: number;
  readonly form: string;
  readonly event: CloudEvent;
};

const FILE = /^(?<type>[a-z_.]+)\.v(?<version>[1-9][0-9]*)\.(?<form>[a-z-]+)\.json$/;

/** Every golden fixture, in the order of the file names. */
export function readFixtures(): readonly Fixture[] {
  const folder = new URL('fixtures/public/', schemasDirectory);
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const { type, version, form } = FILE.exec(file)?.groups ?? {};
      if (type === undefined || form === undefined) {
        throw new Error(`${file} is not named <type>.v<version>.<case>.json`);
      }
      const event = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as CloudEvent;
      return { file, type, version: Number(version), form, event };
    });
}

/** A committed file below `schemas/`, by a path with or without `/schemas/` before it. */
export function readSchemaFile(path: string): SchemaNode {
  const file = new URL(path.replace(/^\/schemas\//, ''), schemasDirectory);
  return JSON.parse(readFileSync(file, 'utf8')) as SchemaNode;
}
