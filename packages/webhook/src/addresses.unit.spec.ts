import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';

describe('addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254'],
    ...[
      '172.16.0.1',
      '172.31.255.255',
      '192.0.2.1',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::',
      '::1',
      'fe80::1',
      'fe80::1%eth0',
      'fc00::1',
      'fd12::1',
      'ff02::1',
      '2001:db8::1',
      '2002:a00:1::',
      '64:ff9b::a00:1',
    ],
    ...[
      '::ffff:10.0.0.1',
      '::ffff:8.8.8.8',
      '::10.0.0.1',
      'localhost',
      'example.com',
      '',
      '10',
      '0x7f000001',
      '2130706433',
    ],
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

  it('knows this machine', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopbackAddress)).toBe(true);
    expect(['10.0.0.1', '::ffff:127.0.0.1', '8.8.8.8', ''].some(isLoopbackAddress)).toBe(false);
  });
});
