import { EventLogError } from '@runtape/event-log';
import type { Redis } from 'ioredis';
import type { Topology } from '../connection/topology.ts';
import type { RedisNeeds } from '../options.ts';
import type { PubSubWatch } from '../watch.ts';
import { MissingRights } from './missing-rights.ts';
import { channelPatterns, KEY, type Probe, probes } from './required-commands.ts';

/** The maximum number of random hash tags tried to find one on a given node. */
const MAX_TRIES = 10_000;
/**
 * Errors that do not concern rights: the scratch key has one type, and a Redis that accepts no
 * writes now may accept them later.
 */
const HARMLESS = /^(WRONGTYPE|NOSCRIPT|OOM|READONLY|MISCONF|NOREPLICAS)/;

export interface AccessOptions {
  readonly topology: Topology;
  readonly pubSub: PubSubWatch;
  readonly keyPrefix: string;
  readonly alsoNeeds: readonly RedisNeeds[];
  readonly random: () => number;
}

/**
 * Runs every kind of command of the log once on each node, with keys and channels of the same
 * names, so that all missing rights are reported together at the start.
 * @throws EventLogError `unavailable` with the ACL command that grants what is missing,
 *   `unsupported_store` for a Redis that lacks a command; other errors of Redis unchanged.
 */
export async function checkAccess(options: AccessOptions): Promise<void> {
  const { topology } = options;
  const nodes = topology.nodes();
  const checked = await Promise.all(
    nodes.map(async (node) => ({ node, missing: await checkNode(node, options) })),
  );
  const unknown = new Set(checked.flatMap(({ missing }) => missing.unknownCommands));
  if (unknown.size > 0) {
    throw new EventLogError(
      'unsupported_store',
      `Redis at ${topology.address} does not know ${[...unknown].join(', ')}, which Runtape needs. If a rename-command of its configuration renamed or disabled it, remove that.`,
    );
  }
  const [first] = nodes;
  if (first === undefined || checked.every(({ missing }) => missing.isEmpty)) return;
  const user = await nameOf(first);
  // Each node of a cluster has its own users.
  const grants = checked.flatMap(({ node, missing }) => {
    if (missing.isEmpty) return [];
    const at = topology.kind === 'cluster' ? `at ${nodeName(node)}: ` : '';
    return `${at}${missing.grant(user)}`;
  });
  throw new EventLogError(
    'unavailable',
    `Redis at ${topology.address} does not allow the user ${user} all that Runtape does. As an administrator of it run what follows, and start again: ${grants.join('; ')}`,
  );
}

async function checkNode(node: Redis, options: AccessOptions): Promise<MissingRights> {
  const { topology, keyPrefix, alsoNeeds } = options;
  const missing = new MissingRights();
  const tag = tagAt(node, options);
  if (tag === null) return missing;
  const here = topology.locate(`{${tag}}`);
  for (const probe of probes(keyPrefix, alsoNeeds, tag)) {
    if (topology.locate(probe.key) === here) await checkKeys(node, probe, missing);
  }
  await checkOthers(node, options, missing);
  for (const what of ['workflow', 'thread']) {
    await checkChannel(node, `${keyPrefix}${what}:{${tag}}`, options, missing);
  }
  return missing;
}

async function checkKeys(node: Redis, probe: Probe, missing: MissingRights): Promise<void> {
  const pipeline = node.pipeline();
  for (const command of probe.commands) {
    const [name = '', ...args] = command.map((word) => (word === KEY ? probe.key : word));
    pipeline.call(name, ...args);
  }
  const answers = (await pipeline.exec()) ?? [];
  for (const [at, [error]] of answers.entries()) {
    const name = probe.commands[at]?.[0] ?? '';
    if (error !== null) noteOrThrow(error, name, missing, { keys: [probe.pattern] });
  }
}

/**
 * Checks commands without keys. Without the right to SELECT, all data would go into another
 * database.
 */
async function checkOthers(
  node: Redis,
  { topology }: AccessOptions,
  missing: MissingRights,
): Promise<void> {
  const { db = 0 } = node.options;
  if (db !== 0) {
    await node.select(db).catch((error: unknown) => noteOrThrow(error, 'SELECT', missing));
  }
  if (topology.kind === 'cluster') {
    // The repair of the index needs both after a node has lost writes, when it is too late to grant
    // them.
    await node
      .scan('0', 'COUNT', '1')
      .catch((error: unknown) => noteOrThrow(error, 'SCAN', missing));
    await node.info('server').catch((error: unknown) => noteOrThrow(error, 'INFO', missing));
  }
}

/**
 * Publishes to itself: a client with only one of the two rights would receive no events, or send
 * none.
 */
async function checkChannel(
  node: Redis,
  channel: string,
  { pubSub, keyPrefix }: AccessOptions,
  missing: MissingRights,
): Promise<void> {
  const channels = channelPatterns(keyPrefix);
  const left = new AbortController();
  const received = Promise.withResolvers<void>();
  const subscribed = await pubSub.probe(channel, received.resolve, left.signal).then(
    () => true,
    (error: unknown) => noteOrThrow(error, 'SSUBSCRIBE', missing, { channels }),
  );
  const published = await node.spublish(channel, '').then(
    () => true,
    (error: unknown) => noteOrThrow(error, 'SPUBLISH', missing, { channels }),
  );
  if (subscribed === true && published === true) await received.promise;
  left.abort();
}

function noteOrThrow(
  error: unknown,
  command: string,
  missing: MissingRights,
  patterns?: { keys?: readonly string[]; channels?: readonly string[] },
): void {
  if (!(error instanceof Error)) throw error;
  if (missing.note(error, command, patterns) || HARMLESS.test(error.message)) return;
  throw error;
}

function tagAt(node: Redis, { topology, random }: AccessOptions): string | null {
  if (topology.kind !== 'cluster') return newTag(random, 0);
  const name = nodeName(node);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const tag = newTag(random, tries);
    if (topology.locate(`{${tag}}`) === name) return tag;
  }
  // The node has no slot, so it never receives a command.
  return null;
}

function newTag(random: () => number, tries: number): string {
  return `check-${Math.floor(random() * 2 ** 48).toString(36)}-${tries}`;
}

function nodeName({ options: { host, port } }: Redis): string {
  return `${host}:${port}`;
}

async function nameOf(node: Redis): Promise<string> {
  const name = await node.call('ACL', 'WHOAMI').catch(() => undefined);
  return typeof name === 'string' ? name : (node.options.username ?? 'default');
}
