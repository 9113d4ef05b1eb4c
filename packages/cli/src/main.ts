#!/usr/bin/env node
import { runCli } from './run-cli.ts';
import { processIo } from './terminal/io.ts';

// A reader that has seen enough, as `head` has, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), processIo());
