import type { Command } from 'commander';
import type { Run } from '../session.ts';
import { addInit } from './init.ts';

/** `cluster init`. */
export function addCluster(program: Command, run: Run): void {
  const group = program.command('cluster').description('an installation of five processes');
  addInit(group, run);
}
