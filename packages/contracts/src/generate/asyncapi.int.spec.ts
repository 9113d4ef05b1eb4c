import { Parser } from '@asyncapi/parser';
import { expect, it } from 'vitest';
import { INTENT_TOPIC, topics } from '../index.ts';
import { asyncApi } from './asyncapi.ts';

it('is a valid AsyncAPI 3.0.0 document with a channel for each topic', async () => {
  const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApi()));
  const findings = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
  expect(findings.map(({ message, path }) => `${path.join('/')}: ${message}`)).toEqual([]);
  expect(
    document
      ?.channels()
      .all()
      .map((channel) => channel.address()),
  ).toEqual([...topics, INTENT_TOPIC]);
});
