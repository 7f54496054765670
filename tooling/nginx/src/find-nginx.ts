import {
  type AptProgram,
  E2eToolingError,
  findOnPath,
  installWithApt,
  runCommand,
  unpackWithApt,
} from '@runtape/e2e';

const TIMEOUT = 20_000;
const aptProgram: AptProgram = {
  name: 'nginx',
  path: 'usr/sbin/nginx',
  advice: 'Install it to try it in front of Runtape.',
};

/**
 * Finds nginx on PATH or in the folders for servers, or installs Debian's or Ubuntu's package (as
 * root; otherwise it is unpacked into a cache folder).
 *
 * @returns the path of a program that takes nginx's arguments.
 * @throws {E2eToolingError} `install_failed` if there is none and the installation failed.
 */
export async function findNginx(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  // The PATH of many users lacks the folders for servers.
  const searchEnv = { ...env, PATH: `${env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };
  const installed = await findOnPath('nginx', searchEnv);
  if (installed !== undefined) return installed;
  const aptGet = process.platform === 'linux' ? await findOnPath('apt-get', env) : undefined;
  if (aptGet === undefined)
    throw new E2eToolingError('install_failed', `There is no nginx here. ${aptProgram.advice}`);
  if (process.getuid?.() !== 0)
    return await unpackWithApt(aptProgram, (path) => runs(path, env), env);
  await installWithApt(aptProgram, aptGet, env);
  const found = await findOnPath('nginx', searchEnv);
  if (found !== undefined) return found;
  throw new E2eToolingError('install_failed', 'apt-get installed nginx, but it is not on PATH.');
}

async function runs(path: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return (await runCommand(path, ['-v'], { env, timeout: TIMEOUT })).ok;
}
