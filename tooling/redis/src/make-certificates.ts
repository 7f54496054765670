import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@runtape/e2e';
import { RedisToolingError } from './redis-tooling-error.ts';

const OPENSSL_WITHIN = 60_000;
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** PEM files of an authority and of one certificate that it signed, for servers and clients. */
export interface Certificates extends AsyncDisposable {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** The contents of the files, as clients need them. */
  readonly pem: { readonly ca: string; readonly cert: string; readonly key: string };
}

/**
 * Creates certificates that are valid for two days, in a folder that disposing removes.
 *
 * @param options.names the subjects of the certificate. Default: `IP:127.0.0.1` and
 *    `DNS:localhost`.
 * @throws {RedisToolingError} `no_certificates` if `openssl` is missing from PATH or fails.
 */
export async function makeCertificates({
  names = ['IP:127.0.0.1', 'DNS:localhost'],
}: { readonly names?: readonly string[] } = {}): Promise<Certificates> {
  const dir = await mkdtemp(join(tmpdir(), 'runtape-certificates-'));
  const at = (file: string) => join(dir, file);
  const days = ['-days', '2'];
  const files = { ca: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem') };
  const authority = ['-subj', '/CN=an authority for tests', '-keyout', at('ca.key')];
  await openssl(['req', '-x509', ...NEW_KEY, ...days, ...authority, '-out', files.ca]);
  const named = ['-subj', '/CN=redis', '-addext', `subjectAltName=${names.join(',')}`];
  const request = at('request.pem');
  await openssl(['req', ...NEW_KEY, ...named, '-keyout', files.key, '-out', request]);
  const signed = ['-CA', files.ca, '-CAkey', at('ca.key'), '-CAcreateserial', ...days];
  const copied = ['-copy_extensions', 'copy'];
  await openssl(['x509', '-req', '-in', request, ...copied, ...signed, '-out', files.cert]);
  const [ca, cert, key] = await Promise.all([
    readFile(files.ca, 'utf8'),
    readFile(files.cert, 'utf8'),
    readFile(files.key, 'utf8'),
  ]);
  return {
    ...files,
    pem: { ca, cert, key },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

async function openssl(args: readonly string[]): Promise<void> {
  const { ok, output } = await runCommand('openssl', args, {
    env: process.env,
    timeout: OPENSSL_WITHIN,
  });
  if (ok) return;
  throw new RedisToolingError(
    'no_certificates',
    `openssl could not make certificates for the tests. Install it with this system's package manager. ${output}`,
  );
}
