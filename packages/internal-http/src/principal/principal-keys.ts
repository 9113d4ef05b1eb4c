import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type KeyFileError, keyFileError, readPublicFile, readSecretFile } from '../key-file.ts';

/** The key that the gateway signs principals with: Ed25519, PKCS#8 in PEM. */
export function readSigningKey(file: string): KeyObject | KeyFileError {
  return keyOf(file, readSecretFile(file), createPrivateKey, 'an Ed25519 private key in PEM (PKCS#8)');
}

/** The key that services check principals with: Ed25519, SPKI in PEM. */
export function readVerifyingKey(file: string): KeyObject | KeyFileError {
  return keyOf(file, readPublicFile(file), publicKeyOf, 'an Ed25519 public key in PEM (SPKI)');
}

/** Node would take a private key and make the public one of it: the wrong file is then nobody's business to have. */
function publicKeyOf(text: string): KeyObject {
  if (text.includes('PRIVATE KEY')) throw new TypeError('a private key');
  return createPublicKey(text);
}

function keyOf(
  file: string,
  text: string | KeyFileError,
  read: (text: string) => KeyObject,
  format: string,
): KeyObject | KeyFileError {
  if (typeof text !== 'string') return text;
  try {
    const key = read(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // What is no key at all is answered as a key of another kind is.
  }
  return keyFileError('key_file_invalid', file, `must be ${format}; make it with countersign cluster init`);
}
