import { openRedisEventLog } from '@runtape/event-log-redis';
import { type RedisServer, startRedis, startRedisCluster } from '@runtape/redis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { rawClient } from './clients-of.ts';
import { refusalOf } from './refusal-of.ts';
import { completed, Listener, readContents, Writer } from './workflows.ts';

const ALL = ['on', '>secret', '~*', '&*', '+@all'];

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const as = (user: string) => `redis://${user}:secret@${redis.host}:${redis.port}`;

async function setUser(user: string, ...rules: readonly string[]): Promise<string> {
  await using raw = rawClient(redis.url);
  await raw.call('ACL', 'SETUSER', user, 'reset', ...rules);
  return as(user);
}

/** Runs the command that a message recommends. */
async function grantAsAdvised(message: string): Promise<string> {
  const grant = /ACL SETUSER .*$/.exec(message)?.[0] ?? 'nothing';
  await using raw = rawClient(redis.url);
  const [name = '', ...words] = grant.split(' ');
  await raw.call(name, ...words);
  return grant;
}

/** Runs and watches a workflow from start to end. */
async function useAll(url: string): Promise<void> {
  await using log = await openRedisEventLog({ url, keepEndedForMs: 60_000 });
  const { signal } = new AbortController();
  const writer = await Writer.start(log, { idempotencyKey: crypto.randomUUID(), threadId: 't' });
  const { workflowId, attempt } = writer;
  const listener = new Listener();
  const commanded = vi.fn<() => void>();
  await log.watch(workflowId, listener, signal);
  await log.watchCommands(workflowId, commanded, signal);
  await writer.appendTokens('a');
  await log.command(workflowId, { type: 'pause' });
  await log.renew(workflowId, { attempt, leaseMs: 1000 });
  await vi.waitFor(() => expect(commanded).toHaveBeenCalled());
  await log.release(workflowId, { attempt });
  await log.orphaned({ limit: 10 });
  await log.begin(workflowId, { leaseMs: 60_000 });
  await log.append(workflowId, { attempt: 2, after: 1, events: [completed()] });
  await vi.waitFor(() => expect(listener.texts).toEqual(['a', 'workflow:completed']));
  await log.list({ limit: 10 });
  await log.thread('t', { after: 0, limit: 10 });
  await log.steps(workflowId);
  await log.commands(workflowId, { after: 0 });
  await log.expire({ endedBefore: Date.now() + 60_000, limit: 10 });
}

test.for([
  [['resetchannels'], '&thread:* &workflow:*'],
  [['resetchannels', '&workflow:*'], '&thread:* &workflow:*'],
  [['resetkeys', '~runtape:*'], '~workflow:* ~workflows:*'],
  [['resetkeys', '~workflow:*'], '~workflows:*'],
  [['resetkeys', '%R~*'], '~workflow:* ~workflows:*'],
  [['-@pubsub'], '+spublish +ssubscribe'],
  [['-ssubscribe'], '+ssubscribe'],
  [['-spublish'], '+spublish'],
  [['-evalsha'], '+evalsha'],
  [['-@scripting'], '+eval +evalsha'],
  [['-xadd', '-zadd'], '+xadd +zadd'],
  [['-@all'], '+time'],
] as const)(
  'F8: a user with %o is refused with the line that grants the missing rights: %s',
  async ([rules, expected]) => {
    const url = await setUser('app', ...ALL, ...rules);
    const error = await refusalOf({ url });
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(error.message).toContain('does not allow the user app all that Runtape does.');
    expect(error.message).not.toContain('secret');
    expect(await grantAsAdvised(error.message)).toContain(expected);
    await useAll(url);
  },
);

test('F8: for a user without any rights, granting the reported rights is enough', async () => {
  const url = await setUser('nobody', 'on', '>secret', '+info');
  const error = await refusalOf({ url });
  expect(error.message).toContain('ACL SETUSER nobody');
  await grantAsAdvised(error.message);
  // Redis reports missing keys and channels only for commands that are allowed.
  await grantAsAdvised((await refusalOf({ url })).message);
  await useAll(url);
});

test('F8: the key prefix is part of the rights to grant', async () => {
  const url = await setUser('app', ...ALL, 'resetkeys', '~mine*:workflow:*', 'resetchannels');
  const { message } = await refusalOf({ url, keyPrefix: 'mine*:' });
  expect(message).toContain(
    'ACL SETUSER app ~mine\\*:workflows:* &mine\\*:thread:* &mine\\*:workflow:*',
  );
});

test('F8: everything else that is stored in the same Redis is checked together', async () => {
  const url = await setUser('app', ...ALL, 'resetkeys', '~workflow*', '-bzpopmin');
  const commands = [
    ['SET', 'KEY', 'x'],
    ['BZPOPMIN', 'KEY', '0.01'],
    ['DEL', 'KEY'],
  ];
  const { message } = await refusalOf({ url, alsoNeeds: [{ keyPrefix: '{queue}:', commands }] });
  expect(message).toContain('ACL SETUSER app ~{queue}:* +bzpopmin');
});

test('F8: checking the rights leaves nothing behind', async () => {
  await using own = await startRedis();
  await using log = await openRedisEventLog({ url: own.url });
  await using raw = rawClient(own.url);
  expect(await raw.keys('*')).toEqual([]);
  await vi.waitFor(async () => expect(await raw.pubsub('SHARDCHANNELS')).toEqual([]));
  await log.list({ limit: 1 });
});

test('F8: a user without the right to select its database is refused, and does not write to another', async () => {
  const url = await setUser('app', ...ALL, '-select');
  const { message } = await refusalOf({ url: `${url}/3` });
  expect(message).toContain('ACL SETUSER app +select');
  await using log = await openRedisEventLog({ url });
  await log.list({ limit: 1 });
});

test('F8: a user without the right to call INFO gets a warning with its consequence and the right to grant', async () => {
  const url = await setUser('app', ...ALL, '-@dangerous');
  const onWarning = vi.fn<(message: string) => void>();
  await using log = await openRedisEventLog({ url, onWarning });
  await log.list({ limit: 1 });
  expect(onWarning.mock.calls.flat().join()).toContain('ACL SETUSER app +info');
  await useAll(url);
});

test('F8: a Redis with a renamed command is refused, and the command is named', async () => {
  await using renamed = await startRedis({ args: ['--rename-command', 'XADD', 'other'] });
  const error = await refusalOf({ url: renamed.url });
  expect(error).toMatchObject({ code: 'unsupported_store' });
  expect(error.message).toContain('does not know XADD');
  expect(error.message).toContain('rename-command');
});

test('F8: a Redis that has reached its client limit says so', async () => {
  await using full = await startRedis({ args: ['--maxclients', '1'] });
  await using raw = rawClient(full.url);
  await raw.ping();
  const error = await refusalOf({ url: full.url });
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(error.message).toContain('maxclients');
});

test('F8: on a cluster each node is checked, because each has its own users', async () => {
  await using cluster = await startRedisCluster();
  for (const [index, { url }] of cluster.nodes.entries()) {
    await using raw = rawClient(url);
    const rules = index === 1 ? ['resetchannels', '-scan'] : [];
    await raw.call('ACL', 'SETUSER', 'app', ...ALL, ...rules);
  }
  const options = { cluster: cluster.nodes, username: 'app', password: 'secret' };
  const error = await refusalOf(options);
  expect(error).toMatchObject({ code: 'unavailable' });
  const { host, port, url } = cluster.nodes[1] ?? { host: '', port: 0, url: '' };
  expect(error.message).toContain(
    `start again: at ${host}:${port}: ACL SETUSER app &thread:* &workflow:* +scan`,
  );
  await using raw = rawClient(url);
  await raw.call('ACL', 'SETUSER', 'app', '&thread:*', '&workflow:*', '+scan');
  await using log = await openRedisEventLog(options);
  await Writer.start(log);
});

test('F8: a cluster user without the right to call INFO is refused, because lost writes would not be noticed', async () => {
  await using cluster = await startRedisCluster({ masters: 1 });
  const [node] = cluster.nodes;
  await using raw = rawClient(node?.url ?? '');
  await raw.call('ACL', 'SETUSER', 'app', ...ALL, '-info');
  const options = { cluster: cluster.nodes, username: 'app', password: 'secret' };
  const onWarning = vi.fn<(message: string) => void>();
  const { message } = await refusalOf({ ...options, onWarning });
  expect(message).toContain(`at ${node?.host}:${node?.port}: ACL SETUSER app +info`);
  expect(onWarning).not.toHaveBeenCalled();
  await raw.call('ACL', 'SETUSER', 'app', '+info');
  await using log = await openRedisEventLog(options);
  await Writer.start(log);
});

test('F8: a user that loses a right at run time gets one report, and receives events again once it is restored', async () => {
  const url = await setUser('app', ...ALL);
  const onWarning = vi.fn<(message: string) => void>();
  await using log = await openRedisEventLog({ url, onWarning });
  const writer = await Writer.start(log);
  const listener = new Listener();
  await log.watch(writer.workflowId, listener, new AbortController().signal);
  await writer.appendTokens('a');
  await using raw = rawClient(redis.url);
  // Redis closes connections that are subscribed to channels that are no longer allowed.
  await raw.call('ACL', 'SETUSER', 'app', 'resetchannels');
  await vi.waitFor(() => expect(onWarning).toHaveBeenCalled(), { interval: 10 });
  await expect(
    log.watchCommands(writer.workflowId, () => {}, new AbortController().signal),
  ).rejects.toMatchObject({ code: 'unavailable' });
  expect(onWarning).toHaveBeenCalledTimes(1);
  expect(onWarning.mock.lastCall?.[0]).toContain('does not allow this user');
  await raw.call('ACL', 'SETUSER', 'app', 'allchannels');
  await vi.waitFor(() => expect(listener.resyncs).toBeGreaterThan(0), { interval: 10 });
  await writer.appendMissing(['a', 'b']);
  await vi.waitFor(() => expect(listener.texts).toContain('b'), { interval: 10 });
  expect(await readContents(log, writer.workflowId)).toEqual(['a', 'b']);
});

test('F8: a password change at run time is reported clearly, and work continues when the password is valid again', async () => {
  await using own = await startRedis();
  await using raw = rawClient(own.url);
  await using log = await openRedisEventLog({ url: own.url });
  const writer = await Writer.start(log);
  await writer.appendTokens('a');
  await raw.config('SET', 'requirepass', 'new');
  await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await vi.waitFor(
    async () =>
      await expect(log.list({ limit: 1 })).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('needs a password. Put it into REDIS_URL') as unknown,
      }),
    { interval: 10 },
  );
  await raw.config('SET', 'requirepass', '');
  await vi.waitFor(() => writer.appendMissing(['a', 'b']), { interval: 10 });
  expect(await readContents(log, writer.workflowId)).toEqual(['a', 'b']);
});
