import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findRedisServer } from '@runtape/redis';
import { describe, expect, test } from 'vitest';
import { bareMachine, serverScript } from './bare-machine.ts';
import type { BareMachine } from './bare-machine.ts';

const writeServer = (path: string) => `
printf '%s\\n' '#!/bin/sh' '${serverScript('7.0.15')}' >${path}
chmod +x ${path}`;

const find = ({ env }: BareMachine, isRoot: boolean) =>
  findRedisServer({ env, isRoot, platform: 'linux' });

/** Its apt-get can install if the shell `condition` holds; `update` makes package lists. */
async function machineOfRoot(condition: string): Promise<BareMachine> {
  const machine = await bareMachine();
  await machine.link('sh', 'chmod', 'sleep', 'flock');
  await machine.add('update-rc.d', 'echo "update-rc.d $*" >>"$LOG"');
  await machine.add(
    'apt-get',
    `
echo "apt-get $1 RUNLEVEL=$RUNLEVEL SYSTEMD_OFFLINE=$SYSTEMD_OFFLINE" >>"$LOG"
if [ "$1" = update ]; then : >"$LOG.lists"; exit; fi
${condition} || { echo 'E: Unable to locate package redis-server'; exit 100; }
sleep 0.2
${writeServer(join(machine.bin, 'redis-server'))}`,
  );
  return machine;
}

/** Its apt-get knows packages if `condition` holds, or with the caller's own lists. */
async function machineOfUser(condition: string): Promise<BareMachine> {
  const machine = await bareMachine();
  await machine.link('sh', 'chmod', 'mkdir', 'dirname');
  await machine.add(
    'apt-get',
    `
echo "$1" >>"$LOG"
case "$*" in *Dir::State::Lists=*) own=1 ;; esac
[ "$1" = update ] && exit
[ "$own" ] || ${condition} || { echo 'E: Unable to locate package redis-server'; exit 100; }
case "$1 $2" in
'install --simulate') printf 'Inst %s (1.0)\\n' liblzf1 redis-server ;;
download*) : >liblzf1_1.deb; : >redis-server_1.deb ;;
*) exit 1 ;;
esac`,
  );
  await machine.add(
    'dpkg-deb',
    `
case "$2" in
redis*) mkdir -p "$3/usr/bin"; ${writeServer('"$3/usr/bin/redis-server"')}; echo 'echo "$LD_LIBRARY_PATH" >>"$LOG"' >>"$3/usr/bin/redis-server" ;;
lib*) mkdir -p "$3/usr/lib/some-linux"; : >"$3/usr/lib/some-linux/liblzf.so.1" ;;
esac`,
  );
  return machine;
}

describe.runIf(process.platform === 'linux')('Debian and Ubuntu, as root', () => {
  test('installs the package without starting its service, now or at the next boot', async () => {
    await using machine = await machineOfRoot('true');
    expect(await find(machine, true)).toEqual({
      path: join(machine.bin, 'redis-server'),
      version: '7.0.15',
      reason: 'installed with apt-get, none was on PATH',
    });
    expect(await machine.log()).toEqual([
      'apt-get install RUNLEVEL=1 SYSTEMD_OFFLINE=1',
      'update-rc.d redis-server disable',
    ]);
  });

  test('fetches the package lists when the first installation fails', async () => {
    await using machine = await machineOfRoot('[ -e "$LOG.lists" ]');
    await find(machine, true);
    const done = (await machine.log()).map((line) => line.split(' ')[1]);
    expect(done).toEqual(['install', 'update', 'install', 'redis-server']);
  });

  test('two concurrent calls install once, and both find it', async () => {
    await using machine = await machineOfRoot('true');
    const found = await Promise.all([find(machine, true), find(machine, true)]);
    expect(found.map(({ version }) => version)).toEqual(['7.0.15', '7.0.15']);
    const installations = (await machine.log()).filter((line) => line.startsWith('apt-get'));
    expect(installations).toHaveLength(1);
  });

  test('an installation that fails is an error with the output of apt-get', async () => {
    await using machine = await machineOfRoot('false');
    const error = await find(machine, true).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'RedisToolingError', code: 'install_failed' });
    expect(String(error)).toContain('Unable to locate package redis-server');
  });
});

describe.runIf(process.platform === 'linux')('Debian and Ubuntu, as another user', () => {
  test('unpacks missing packages into the cache folder, and finds them there the next time', async () => {
    await using machine = await machineOfUser('true');
    const folder = join(machine.folder, 'cache/runtape/redis-server');
    const path = join(folder, 'run-redis-server');
    expect(await find(machine, false)).toEqual({
      path,
      version: '7.0.15',
      reason: 'unpacked from apt',
    });
    expect(await machine.log()).toContain(join(folder, 'usr/lib/some-linux'));
    expect(await find(machine, false)).toMatchObject({ path });
    expect((await machine.log()).filter((line) => line === 'download')).toHaveLength(1);
  });

  test('fetches its own package lists if the system has none', async () => {
    await using machine = await machineOfUser('false');
    expect(await find(machine, false)).toMatchObject({ reason: 'unpacked from apt' });
    expect((await machine.log()).slice(0, 4)).toEqual(['install', 'update', 'install', 'download']);
  });

  test('two concurrent calls get the same server and leave nothing else', async () => {
    await using machine = await machineOfUser('true');
    const found = await Promise.all([find(machine, false), find(machine, false)]);
    expect(new Set(found.map(({ path }) => path)).size).toBe(1);
    expect(await readdir(join(machine.folder, 'cache/runtape'))).toEqual(['redis-server']);
  });

  test('a download that fails is an error with the output of apt-get, and leaves nothing', async () => {
    await using machine = await machineOfUser('true');
    await machine.add('apt-get', "echo 'E: Could not resolve the host'; exit 100");
    const error = await find(machine, false).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'RedisToolingError', code: 'install_failed' });
    expect(String(error)).toContain('Could not resolve the host');
    expect(await readdir(join(machine.folder, 'cache/runtape'))).toEqual([]);
  });
});
