import { collectLogs } from '@countersign/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from './create-logger.ts';

const KEY = `cs_019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11_${'k'.repeat(43)}`;
const PERMIT = `csp_019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11.${'m'.repeat(43)}`;
const MARK = 'marked-value';

function logging(level: 'trace' | 'warn' = 'trace') {
  const logs = collectLogs();
  return { logs, logger: createLogger({ level, service: 'gateway', destination: logs }) };
}

describe('a line', () => {
  it('is JSON with level, time, service, facts and message', () => {
    const { logs, logger } = logging();
    logger.info({ route: 'GET /healthz', count: 3 }, 'answered');
    expect(logs.records()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        service: 'gateway',
        route: 'GET /healthz',
        count: 3,
        msg: 'answered',
      },
    ]);
  });

  it('is written from the level asked for', () => {
    const { logs, logger } = logging('warn');
    logger.info('quiet');
    logger.warn('loud');
    expect(logs.records().map(({ msg }) => msg)).toEqual(['loud']);
  });
});

describe('what is private by name', () => {
  it.each([
    ['arguments', { arguments: { iban: MARK } }],
    ['reason', { call: { reason: MARK } }],
    ['reasoning', { call: { reasoning: MARK } }],
    ['result', { outcome: [{ result: { text: MARK } }] }],
    ['display_name', { user: { display_name: MARK } }],
    ['displayName', { user: { displayName: MARK } }],
    ['personal', { event: { data: 1, personal: { anything: MARK } } }],
    ['sealed', { event: { sealed: { ciphertext: MARK } } }],
    ['authorization', { headers: { Authorization: MARK } }],
    ['a body', { request: { body: MARK } }],
    ['a permit', { permit: MARK }],
    ['a key in a map', new Map([['key', MARK]])],
    ['in a set of records', { calls: new Set([{ reason: MARK }]) }],
    ['of an error', { err: Object.assign(new Error('failed'), { arguments: { iban: MARK } }) }],
    ['of the cause of an error', { err: new Error('failed', { cause: { result: MARK } }) }],
  ])('is left out: %s', (_name, record) => {
    const { logs, logger } = logging();
    logger.error(record instanceof Map ? { record } : record, 'failed');
    expect(logs.text()).not.toContain(MARK);
    expect(logs.text()).toContain('[redacted]');
  });

  it('is left out of a child’s bindings', () => {
    const { logs, logger } = logging();
    logger.child({ reason: MARK, call: 'c1' }).child({ result: MARK }).info('asked');
    expect(logs.records()).toMatchObject([{ call: 'c1', reason: '[redacted]', result: '[redacted]' }]);
  });

  it('is left out however deep it stands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (depth) => {
        const { logs, logger } = logging();
        let record: object = { arguments: { iban: MARK } };
        for (let level = 0; level < depth; level++)
          record = level % 2 ? { inner: record } : { inner: [record] };
        logger.info(record, 'deep');
        expect(logs.text()).not.toContain(MARK);
      }),
    );
  });
});

describe('keys and permits', () => {
  it.each([
    ['in a message', (log: ReturnType<typeof logging>['logger']) => log.info(`key ${KEY} and ${PERMIT}`)],
    ['in a formatted message', (log) => log.info('key %s and %o', KEY, { inner: PERMIT })],
    ['in a fact', (log) => log.info({ note: `x${KEY}`, more: [`${PERMIT}.`] }, 'seen')],
    ['after a line break', (log) => log.info({ note: `line\n${KEY}\n${PERMIT}` }, 'seen')],
    ['in an error', (log) => log.error(new Error(`refused ${KEY}`, { cause: new Error(PERMIT) }))],
    ['in a header line', (log) => log.info(`authorization: Bearer ${'t'.repeat(20)}`)],
  ] as [string, (log: ReturnType<typeof logging>['logger']) => void][])('are cut out %s', (_name, write) => {
    const { logs, logger } = logging();
    write(logger);
    for (const secret of ['k'.repeat(8), 'm'.repeat(8), 't'.repeat(8)])
      expect(logs.text()).not.toContain(secret);
    expect(logs.text()).toContain('[redacted]');
    expect(logs.records()).toHaveLength(1);
  });
});

describe('an error', () => {
  it('is written with its kind, text, code, place and causes', () => {
    const { logs, logger } = logging();
    const cause = Object.assign(new TypeError('inner'), { code: 'EINNER' });
    logger.error({ err: new Error('outer', { cause }), route: 'x' }, 'unexpected error');
    expect(logs.records()).toMatchObject([
      {
        msg: 'unexpected error',
        err: {
          type: 'Error',
          message: 'outer',
          stack: expect.stringContaining('create-logger.int.spec.ts'),
          cause: { type: 'TypeError', message: 'inner', code: 'EINNER' },
        },
      },
    ]);
  });
});

describe('unusual facts', () => {
  it('are written in short', () => {
    const { logs, logger } = logging();
    const circular: Record<string, unknown> = { name: 'loop' };
    circular.self = circular;
    logger.info(
      { big: 2n ** 64n, at: new Date(0), bytes: new Uint8Array(9), url: new URL('http://a/b'), circular },
      'x',
    );
    expect(logs.records()).toMatchObject([
      { big: '18446744073709551616', at: '1970-01-01T00:00:00.000Z', bytes: '[9 bytes]', url: 'http://a/b' },
    ]);
    expect(logs.text()).toContain('[too deep]');
  });

  it('that have no text are written all the same', () => {
    const { logs, logger } = logging();
    logger.info({ map: new Map([[{ toString: false }, 1]]), at: new Date(Number.NaN) }, 'x');
    expect(logs.records()).toMatchObject([{ map: { '[object]': 1 }, at: '[no date]' }]);
  });

  it('never make a line that is no JSON, or none', () => {
    fc.assert(
      fc.property(fc.object({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (record) => {
        const { logs, logger } = logging();
        logger.info({ record }, 'x');
        expect(logs.records()).toHaveLength(1);
      }),
    );
  });
});
