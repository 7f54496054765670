import type { StreamObserver, WorkflowObserver } from '@runtape/server';
import { measureWorkflows } from './measure-workflows.ts';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const DURATION_BUCKETS_SECONDS = [0.1, 1, 5, 15, 60, 300, 900, 3600];

/** How often the delay of the event loop is sampled, in ms: each sample wakes a process that has nothing else to do. */
const LOOP_DELAY_SAMPLE_MS = 20;

export interface Measure {
  readonly streams: StreamObserver;
  readonly workflows: WorkflowObserver;
  /** A connection was ended whose client took nothing any more. */
  readonly staleEnded: () => void;
  /** Something went wrong on the server's side. */
  readonly failed: () => void;
  /** All that was counted, as Prometheus reads it. */
  readonly expose: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Counts what this process does, for Prometheus. */
export function startMeasuring(): Measure {
  const registry = new Registry();
  collectDefaultMetrics({
    register: registry,
    eventLoopMonitoringPrecision: LOOP_DELAY_SAMPLE_MS,
  });
  const registers = [registry];
  const open = new Gauge({
    name: 'runtape_streams_open',
    help: 'Streams that are open now.',
    labelNames: ['surface'] as const,
    registers,
  });
  const opened = new Counter({
    name: 'runtape_streams_opened_total',
    help: 'Streams that were opened.',
    labelNames: ['surface'] as const,
    registers,
  });
  const ended = new Counter({
    name: 'runtape_streams_ended_total',
    help: 'Streams that ended: completed with their workflow, left by their reader, or failed.',
    labelNames: ['surface', 'outcome'] as const,
    registers,
  });
  const refused = new Counter({
    name: 'runtape_streams_refused_total',
    help: 'Streams that were refused.',
    labelNames: ['reason'] as const,
    registers,
  });
  const delivered = new Counter({
    name: 'runtape_events_delivered_total',
    help: 'Events that went out on streams; merged ones count as one.',
    labelNames: ['surface'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'runtape_stream_duration_seconds',
    help: 'How long streams were open.',
    labelNames: ['surface'] as const,
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const errors = new Counter({
    name: 'runtape_server_errors_total',
    help: 'Requests and streams that failed through no fault of the client.',
    registers,
  });
  const workflows = measureWorkflows(registers);
  const stale = new Counter({
    name: 'runtape_stale_connections_ended_total',
    help: 'Connections that were closed because nothing got through to their client.',
    registers,
  });
  return {
    workflows,
    staleEnded: () => stale.inc(),
    streams: {
      opened: (surface) => {
        open.inc({ surface });
        opened.inc({ surface });
      },
      delivered: (surface, events) => delivered.inc({ surface }, events),
      ended: (surface, outcome, durationMs) => {
        open.dec({ surface });
        ended.inc({ surface, outcome });
        duration.observe({ surface }, durationMs / 1000);
      },
      refused: (reason) => refused.inc({ reason }),
    },
    failed: () => errors.inc(),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
