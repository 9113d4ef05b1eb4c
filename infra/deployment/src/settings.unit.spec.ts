import { services } from '@countersign/contracts';
import { SERVICES } from '@countersign/infra-cluster';
import { expect, it } from 'vitest';
import { clusterSettings } from '../../../services/cluster/src/process/config.ts';
import { ALL_SETTINGS } from './settings.ts';

it('speaks of the services that there are, and of settings that their processes know', () => {
  expect(SERVICES).toEqual(services);
  expect(Object.keys(clusterSettings.shape)).toEqual(expect.arrayContaining([...ALL_SETTINGS]));
});
