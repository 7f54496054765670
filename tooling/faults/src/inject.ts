import { pause } from './pause.ts';
import { occupyPort } from './programs/occupy-port.ts';
import { CLOCK_JUMP_MS } from './programs/preloads.ts';
import type { Program } from './programs/program.ts';
import { command, type RedisNode } from './programs/redis-node.ts';
import type { Cluster } from './programs/cluster.ts';
import type { FaultWindow } from './records.ts';
import type { PlannedFault } from './schedule/schedule.ts';
import type { Direction, ProxiedConnection, TcpProxy, Traffic } from './tcp-proxy.ts';

const MAX_DELAY_MS = 400;
/** `everysec` writes every second, and a busy disk may need another one. */
const MAX_LOST_MS = 2_000;

type Alone = <Result>(action: () => Promise<Result>) => Promise<Result>;

/** For targets that allow any number of faults at the same time. */
const concurrently: Alone = (action) => action();

/** How to inject one fault, and how to heal it later. */
interface Plan {
  readonly target: string;
  /** Waits for exclusive access to the target, if only one fault is possible at a time. */
  readonly alone: Alone;
  readonly harm: () => Promise<void> | void;
  readonly heal?: () => Promise<void> | void;
  /** How far the clock of the target is ahead during the fault, in ms. */
  readonly aheadMs?: number;
}

/**
 * Breaks one thing, waits, and heals it.
 * @param signal heals it immediately.
 */
export async function inject(
  cluster: Cluster,
  fault: PlannedFault,
  signal: AbortSignal,
): Promise<FaultWindow> {
  const plan = planOf(cluster, fault);
  return await plan.alone(async () => {
    const from = Date.now();
    await plan.harm();
    if (fault.forMs > 0) await pause(fault.forMs, signal);
    await plan.heal?.();
    const { target, aheadMs } = plan;
    const to = Date.now();
    return { kind: fault.kind, target, from, to, ...(aheadMs === undefined ? {} : { aheadMs }) };
  });
}

function planOf(cluster: Cluster, fault: PlannedFault): Plan {
  switch (fault.kind) {
    case 'worker-kill':
      return ended(at(cluster.workers, fault.target), 'SIGKILL');
    case 'server-kill':
      return ended(at(cluster.servers, fault.target), 'SIGKILL');
    case 'server-restart':
      return ended(at(cluster.servers, fault.target), 'SIGTERM');
    case 'worker-freeze':
      return signalled(at(cluster.workers, fault.target), 'SIGSTOP', 'SIGCONT');
    case 'server-freeze':
      return signalled(at(cluster.servers, fault.target), 'SIGSTOP', 'SIGCONT');
    case 'clock-jump':
      return jumpedClock(at([...cluster.workers, ...cluster.servers], fault.target));
    case 'redis-kill':
      return killedRedis(at(cluster.redis, fault.target));
    case 'redis-tail-loss':
      return cutShortRedis(at(cluster.redis, fault.target), fault.way);
    case 'redis-freeze':
      return frozenRedis(at(cluster.redis, fault.target));
    case 'subscriber-kill':
      return commanded(cluster.redis, ['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    case 'script-flush':
      return commanded(cluster.redis, ['SCRIPT', 'FLUSH']);
    case 'redis-link-cut':
    case 'redis-link-freeze':
    case 'redis-link-delay':
    case 'redis-link-drop':
    case 'redis-link-half-open':
      return harmedLink('redis', at(cluster.redis, fault.target).link, fault);
    case 'server-link-cut':
    case 'server-link-freeze':
    case 'server-link-delay':
    case 'server-link-drop':
    case 'server-link-half-open':
      return harmedLink('server', at(cluster.serverLinks, fault.target), fault);
  }
}

function ended(program: Program, signal: 'SIGKILL' | 'SIGTERM'): Plan {
  return {
    target: program.name,
    alone: (action) => program.alone(action),
    harm: () => program.end(signal),
    heal: () => program.start(),
  };
}

function signalled(program: Program, harm: NodeJS.Signals, heal: NodeJS.Signals): Plan {
  return {
    target: program.name,
    alone: (action) => program.alone(action),
    harm: () => program.signal(harm),
    heal: () => program.signal(heal),
  };
}

/** Only wall-clock times are wrong, so a lease measured by another clock is not affected. */
function jumpedClock(program: Program): Plan {
  return { ...signalled(program, 'SIGUSR2', 'SIGWINCH'), aheadMs: CLOCK_JUMP_MS };
}

function killedRedis({ server, announce, alone }: RedisNode): Plan {
  let portKeeper: AsyncDisposable | undefined;
  return {
    target: `redis ${server.port}`,
    alone,
    harm: async () => {
      await server.kill();
      portKeeper = await occupyPort(server.port);
    },
    heal: async () => {
      await portKeeper?.[Symbol.asyncDispose]();
      await server.restart();
      await announce();
    },
  };
}

/**
 * Simulates a power failure: writes that Redis had not flushed to disk are lost, up to about two
 * seconds' worth.
 */
function cutShortRedis(node: RedisNode, way: number): Plan {
  const plan = killedRedis(node);
  return {
    ...plan,
    harm: async () => {
      const size = node.writes.sizeBefore(way * MAX_LOST_MS);
      await plan.harm();
      await node.writes.cutTo(size);
    },
  };
}

function frozenRedis({ server, alone }: RedisNode): Plan {
  return {
    target: `redis ${server.port}`,
    alone,
    harm: () => void process.kill(server.pid, 'SIGSTOP'),
    heal: () => void process.kill(server.pid, 'SIGCONT'),
  };
}

/** Waits for exclusive access, since a Redis that is down or frozen does not respond. */
function commanded(nodes: readonly RedisNode[], words: readonly [string, ...string[]]): Plan {
  return {
    target: 'redis',
    alone: concurrently,
    harm: async () => {
      await Promise.all(nodes.map(({ server, alone }) => alone(() => command(server, words))));
    },
  };
}

/** Harms the whole link in a third of the cases, otherwise only some of its connections. */
function harmedLink(name: string, link: TcpProxy, { kind, way }: PlannedFault): Plan {
  const plan = { target: `${name} link ${link.port}`, alone: concurrently };
  const chosen = chooseConnections(link, way);
  const thaw = (): void => chosen.forEach((connection) => connection.set(null));
  if (kind.endsWith('-cut')) {
    return { ...plan, harm: () => chosen.forEach((connection) => connection.cut()) };
  }
  if (kind.endsWith('-half-open')) {
    const survivor = way < 0.5 ? 'client' : 'server';
    const harm = (): void => chosen.forEach((connection) => connection.halfOpen(survivor));
    return { ...plan, harm, heal: thaw };
  }
  const traffic = trafficOf(kind, way);
  if (way < 1 / 3) {
    return { ...plan, harm: () => link.set(traffic), heal: () => link.set({ kind: 'pass' }) };
  }
  const harm = (): void => chosen.forEach((connection) => connection.set(traffic));
  return { ...plan, harm, heal: thaw };
}

function chooseConnections(link: TcpProxy, way: number): readonly ProxiedConnection[] {
  const share = way < 1 / 3 ? 1 : way;
  return link.connections.filter((_, index) => (index * 0.618 + way) % 1 < share);
}

function trafficOf(kind: PlannedFault['kind'], way: number): Traffic {
  if (kind.endsWith('-delay')) return { kind: 'delay', ms: Math.ceil(way * MAX_DELAY_MS) };
  if (kind.endsWith('-drop')) return { kind: 'drop', direction: directionOf(way) };
  return { kind: 'freeze' };
}

function directionOf(way: number): Direction {
  return (way * 10) % 1 < 0.5 ? 'to_client' : 'to_server';
}

/** @throws RangeError if there is none. */
function at<Item>(items: readonly Item[], target: number): Item {
  const item = items[Math.floor(target * items.length)];
  if (item === undefined) throw new RangeError('There is nothing of this kind to break.');
  return item;
}
