import type { StreamObserver, WorkflowObserver } from '@runtape/server';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const DURATION_BUCKETS_SECONDS = [0.1, 1, 5, 15, 60, 300, 900, 3600];

/** Each sample of the event loop's delay wakes an idle process, so there are not many. */
const LOOP_DELAY_SAMPLE_MS = 20;

export interface Metrics {
  readonly streams: StreamObserver;
  readonly workflows: WorkflowObserver;
  /** A stale connection was closed. */
  readonly staleEnded: () => void;
  /** An error was the server's fault. */
  readonly failed: () => void;
  /** All metrics, in the text format of Prometheus. */
  readonly expose: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** The metrics of this process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_DELAY_SAMPLE_MS });
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const open = new Gauge({
    name: 'runtape_streams_open',
    help: 'Streams that are open now.',
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
  const opened = counter('runtape_streams_opened_total', 'Streams that were opened.', 'surface');
  const ended = counter(
    'runtape_streams_ended_total',
    'Streams that ended: completed with their workflow, left by their reader, or failed.',
    'surface',
    'outcome',
  );
  const refused = counter('runtape_streams_refused_total', 'Streams that were refused.', 'reason');
  const delivered = counter(
    'runtape_events_delivered_total',
    'Events that were sent on streams; merged ones count as one.',
    'surface',
  );
  const errors = counter(
    'runtape_server_errors_total',
    'Requests and streams that failed through no fault of the client.',
  );
  const stale = counter(
    'runtape_stale_connections_ended_total',
    'Connections that were closed because nothing got through to their client.',
  );
  const started = counter(
    'runtape_workflows_started_total',
    'Workflows that were started through this server.',
    'workflow',
  );
  const workflowsEnded = counter(
    'runtape_workflows_ended_total',
    'Workflows that were started through this server and have ended: completed, failed or cancelled.',
    'workflow',
    'outcome',
  );
  const retries = counter(
    'runtape_retries_total',
    'Failed attempts that were retried, as far as readers on this server saw them.',
  );
  const resets = counter(
    'runtape_resets_total',
    'Readers whose cursor did not fit the log: trimmed, ahead, or of another incarnation.',
    'reason',
  );
  const polls = counter(
    'runtape_polling_requests_total',
    'Pages of events that clients requested instead of a stream.',
  );
  return {
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
    workflows: {
      started: (workflow) => started.inc({ workflow }),
      ended: (workflow, outcome) => workflowsEnded.inc({ workflow, outcome }),
      retried: () => retries.inc(),
      reset: (reason) => resets.inc({ reason }),
      polled: () => polls.inc(),
    },
    staleEnded: () => stale.inc(),
    failed: () => errors.inc(),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
