export { EXIT, type ExitCode } from './exit-code.ts';
export { runCli } from './run-cli.ts';
export { type Io, processIo, type TerminalStream } from './terminal/io.ts';
export { plainJson, plainLines, plainText } from './terminal/plain-text.ts';
