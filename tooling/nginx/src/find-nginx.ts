import {
  type AptProgram,
  E2eToolingError,
  findOnPath,
  installWithApt,
  runCommand,
  unpackWithApt,
} from '@runtape/e2e';

const TIMEOUT = 20_000;
const ofApt: AptProgram = {
  name: 'nginx',
  path: 'usr/sbin/nginx',
  advice: 'Install it to try it in front of Runtape.',
};

/**
 * Finds nginx, and brings one where it can: on PATH or in the folders for servers, then Debian's
 * and Ubuntu's package (installed as root, unpacked into a cache folder otherwise).
 *
 * @returns the path of a program that takes nginx's arguments.
 * @throws {E2eToolingError} `install_failed` when there is none and none could be had.
 */
export async function findNginx(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  // Many users do not have the folders for servers on their PATH.
  const places = { ...env, PATH: `${env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };
  const installed = await findOnPath('nginx', places);
  if (installed !== undefined) return installed;
  const aptGet = process.platform === 'linux' ? await findOnPath('apt-get', env) : undefined;
  if (aptGet === undefined)
    throw new E2eToolingError('install_failed', `There is no nginx here. ${ofApt.advice}`);
  if (process.getuid?.() !== 0) return await unpackWithApt(ofApt, (path) => runs(path, env), env);
  await installWithApt(ofApt, aptGet, env);
  const brought = await findOnPath('nginx', places);
  if (brought !== undefined) return brought;
  throw new E2eToolingError('install_failed', 'apt-get installed nginx, but it is not on PATH.');
}

async function runs(path: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return (await runCommand(path, ['-v'], { env, timeout: TIMEOUT })).ok;
}
