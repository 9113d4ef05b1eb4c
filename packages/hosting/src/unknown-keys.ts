import type { Logger, Metrics } from '@countersign/telemetry';

/** Tells the operator of a data key that the vault never had: what was sealed under it reads as erased, and nobody erased it. */
export function unknownKeys(logger: Logger, metrics: Metrics): (id: string) => void {
  const counted = metrics.counter('unknown_data_keys_total', {});
  return (dataKey) => {
    counted.add();
    logger.error(
      { dataKey },
      'the vault has never had this key: what was sealed under it reads as erased until a newer backup of the vault is restored',
    );
  };
}
