import { expect, it } from 'vitest';
import { thumbprintOf } from './thumbprint.ts';

it('is the thumbprint that RFC 8037 gives for its key', () => {
  const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
  expect(thumbprintOf({ kty: 'OKP', crv: 'Ed25519', x })).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});
