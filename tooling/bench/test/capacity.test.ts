import { expect, test } from 'vitest';
import { costsOf, type Costs } from '../src/capacity/costs.ts';
import { type Demand, planFor } from '../src/capacity/plan.ts';
import { seeded, simulate } from '../src/capacity/simulate.ts';
import { costsTable, planTable } from '../src/report/scaling-page.ts';

const costs: Costs = { d: 10, s: 20, r: 30, w: 50, m: 32 * 1024, h: 5, p: 2 };
const demand: Demand = { watchers: 1000, workflows: 100, eventsPerSecond: 10, serversEach: 1 };
const oneOfEach = { workers: 1, shards: 1, servers: 1 };
const simulated = (load: number, parts = oneOfEach) =>
  simulate({ ...demand, eventsPerSecond: 10 * load }, parts, costs, {
    seconds: 2,
    random: seeded(1),
  });

test('E16: a simulation is as busy as the arithmetic says', () => {
  const { busy } = simulated(1);
  // 1,000 events a second, each delivered to ten watchers; the heartbeats of 1,000 watchers.
  expect(busy.workers / 0.05).toBeCloseTo(1, 1);
  expect(busy.shards / 0.03).toBeCloseTo(1, 1);
  expect(busy.servers / 0.125).toBeCloseTo(1, 1);
});

test('E16: events queue at one full part, but not at two', () => {
  const full = simulated(10);
  expect(full.busy.servers).toBeGreaterThan(1);
  const relieved = simulated(10, { ...oneOfEach, servers: 2 });
  expect(relieved.busy.servers).toBeLessThan(0.7);
  expect(relieved.p99Ms).toBeLessThan(full.p99Ms / 10);
});

test('E16: twice the workflows and watchers need twice the resources', () => {
  const many = { ...demand, watchers: 1e6, workflows: 1e5 };
  const one = planFor(many, costs);
  const two = planFor({ ...many, watchers: 2e6, workflows: 2e5 }, costs);
  expect(one).toMatchObject({ eventsWritten: 1e6, eventsDelivered: 1e7, shards: 50 });
  expect(two.shards).toBe(2 * one.shards);
  expect(two.delivering).toBeCloseTo(2 * one.delivering);
  expect(two.memoryGib).toBeCloseTo(2 * one.memoryGib);
});

test('E16: the letters of docs/scaling.md come from the results of benches, or none does', () => {
  const result = (bench: string, name: string, value: number) => ({ bench, name, value });
  const results = [
    result('connections', '10,000 idle watchers: memory per watcher: plain SSE', 24),
    result(
      'connections',
      '10,000 idle watchers: heartbeats every 15 s, share of a core: plain SSE',
      2,
    ),
    result('fan-out', '1,000 watchers, live: server CPU per event: plain SSE', 9),
    result('latency', '100 workflows × 50 events/s: server CPU per event: plain SSE', 30),
    result('latency', '100 workflows × 50 events/s: Redis CPU per event: plain SSE', 25),
    result('latency', '100 workflows × 50 events/s: writer CPU per event: plain SSE', 40),
    result(
      'replay',
      '10,000 tokens, ended, 100 at once: until everything has arrived: plain SSE',
      100,
    ),
  ];
  expect(costsOf(results)).toEqual({ d: 9, s: 21, r: 25, w: 40, m: 24 * 1024, h: 2, p: 1 });
  expect(costsOf(results.slice(1))).toBeNull();
});

test('E16: the tables of docs/scaling.md say what runs out first', () => {
  const measured = { costs, source: 'today', isMeasured: true };
  expect(costsTable(measured)).toContain(
    '| `d` | 10 µs | a core brings 100,000 a second to watchers |',
  );
  const plan = planTable(measured);
  expect(plan).toContain('| shards of Redis | `n × e × r`, at 60 % of each | 50 masters |');
  expect(plan).toContain(
    'Most of all it takes the cores of the servers, by bringing events**: 167',
  );
});
