// Plain CommonJS without new syntax, so that an old Node can run it and say what is wrong.
var major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    'Countersign needs Node 24 or newer; this is ' +
      process.version +
      '.\n' +
      'On linux-x64, linux-arm64 and win-x64 `npm ci` brings it along: start through npm scripts (`npm start`, `npm test`).\n' +
      'Elsewhere install Node 24 and run `npm ci` again.\n',
  );
  process.exit(1);
}
