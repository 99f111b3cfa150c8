// What the library beneath needs to be there first.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto } from 'node:crypto';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** A key and the certificate of it, PEM, as a test uses them for TLS. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  /** As Node writes it: upper-case hex pairs with colons. */
  readonly fingerprint: string;
}

/** An authority that signs what tests need; its own certificate is `ca`. */
export interface TestAuthority {
  readonly ca: string;
  /** Valid from yesterday on, for so many days from now; a negative number makes one that has expired. */
  issue(name: string, days?: number): Promise<TestCertificate>;
}

export async function createTestAuthority(name = 'Test authority'): Promise<TestAuthority> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await newKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(30),
    extensions: [new x509.BasicConstraintsExtension(true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign)],
  });
  return {
    ca: ca.toString('pem'),
    async issue(subject, days = 30) {
      const own = await newKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${subject}`,
        issuer: ca.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...validity(days),
        extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
      });
      return {
        cert: certificate.toString('pem'),
        key: await pemOf(own),
        fingerprint: await fingerprintOf(certificate),
      };
    },
  };
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  const start = days > 0 ? now : now + 2 * days * DAY_MS;
  return { notBefore: new Date(start - DAY_MS), notAfter: new Date(now + days * DAY_MS) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function pemOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
}

async function fingerprintOf(certificate: x509.X509Certificate): Promise<string> {
  const digest = Buffer.from(await certificate.getThumbprint('SHA-256'))
    .toString('hex')
    .toUpperCase();
  return (digest.match(/../g) ?? []).join(':');
}
