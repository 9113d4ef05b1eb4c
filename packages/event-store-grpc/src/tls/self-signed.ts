import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bits, der, integer, objectId, octets, sequence, set, tagged, text, time, yes } from './der.ts';

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const YEARS = 10;
const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = () => sequence(objectId('1.2.840.10045.4.3.2'));
const DIGITAL_SIGNATURE = Buffer.from([0x80]);

/**
 * Makes a certificate for this machine's own addresses, signed by itself (EC P-256): clients get the certificate's file as
 * the authority that they trust. It can sign nothing else.
 */
export function makeSelfSigned(now: Date): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(objectId('2.5.4.3'), text('countersign'))));
  const until = new Date(now.getTime() + YEARS * 365 * DAY_MS);
  const content = sequence(
    tagged(0, integer(2)),
    integer(Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    ECDSA_WITH_SHA256(),
    name,
    // From yesterday: clocks differ.
    sequence(time(new Date(now.getTime() - DAY_MS)), time(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions())),
  );
  const signature = sign('sha256', content, privateKey);
  return {
    certificate: pem('CERTIFICATE', sequence(content, ECDSA_WITH_SHA256(), bits(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extensions(): readonly Buffer[] {
  const addresses = sequence(
    der(0x82, Buffer.from('localhost')),
    der(0x87, Buffer.from([127, 0, 0, 1])),
    der(0x87, Buffer.from([...new Uint8Array(15), 1])),
  );
  return [
    // No authority; a key that signs; for servers; for these names and addresses.
    sequence(objectId('2.5.29.19'), yes(), octets(sequence())),
    sequence(objectId('2.5.29.15'), yes(), octets(bits(DIGITAL_SIGNATURE, 7))),
    sequence(objectId('2.5.29.37'), octets(sequence(objectId('1.3.6.1.5.5.7.3.1')))),
    sequence(objectId('2.5.29.17'), octets(addresses)),
  ];
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
