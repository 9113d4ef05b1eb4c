import { createRequire } from 'node:module';

interface Broker {
  listOffsets(request: { readonly isolationLevel?: number }): Promise<object>;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker') as { readonly prototype: Broker };
const listOffsets = prototype.listOffsets;
const READ_UNCOMMITTED = 0;

/**
 * Where a partition ends is where the next record will stand. Whoever does not say otherwise would be told by the client where
 * the first open transaction begins: nothing behind it would be missed by anybody, for as long as it is open (K11).
 */
prototype.listOffsets = function listAll(request) {
  return listOffsets.call(this, { ...request, isolationLevel: request.isolationLevel ?? READ_UNCOMMITTED });
};
