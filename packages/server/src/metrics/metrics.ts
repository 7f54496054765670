import type { Entry } from '@runtape/event-log';
import type { ResetReason, WorkflowId } from '@runtape/events';
import type { Observer, StreamOutcome, StreamRefusal, Surface } from './observer.ts';
import { StreamStatistics } from './stream-statistics.ts';
import { WorkflowMetrics, type WorkflowObserver } from './workflow-metrics.ts';

/** Receives stream events, for monitoring. */
export interface StreamObserver {
  opened(surface: Surface): void;
  /** Events were sent; called once per write, or once for the same write to many streams. */
  delivered(surface: Surface, events: number): void;
  ended(surface: Surface, outcome: StreamOutcome, durationMs: number): void;
  refused(reason: StreamRefusal): void;
}

export interface MetricsOptions {
  readonly streamObserver?: StreamObserver | undefined;
  readonly workflowObserver?: WorkflowObserver | undefined;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** Counts the activity of the server, and forwards it to the observers of the application. */
export class Metrics implements Observer {
  readonly streams: StreamStatistics;
  readonly workflows: WorkflowMetrics;
  readonly #streamObserver: StreamObserver | undefined;
  readonly #workflowObserver: WorkflowObserver | undefined;

  constructor({ streamObserver, workflowObserver, now }: MetricsOptions) {
    this.streams = new StreamStatistics({ now });
    this.workflows = new WorkflowMetrics(workflowObserver);
    this.#streamObserver = streamObserver;
    this.#workflowObserver = workflowObserver;
  }

  streamOpened(surface: Surface): void {
    this.streams.opened();
    this.#streamObserver?.opened(surface);
  }

  streamRefused(reason: StreamRefusal): void {
    this.#streamObserver?.refused(reason);
  }

  streamEnded(
    surface: Surface,
    outcome: StreamOutcome,
    stream: { readonly durationMs: number; readonly events: number },
  ): void {
    this.streams.ended(outcome, stream);
    this.#streamObserver?.ended(surface, outcome, stream.durationMs);
  }

  delivered(surface: Surface, events: number): void {
    this.#streamObserver?.delivered(surface, events);
  }

  eventsRead(workflowId: WorkflowId, entries: readonly Entry[]): void {
    this.workflows.read(workflowId, entries);
  }

  cursorReset(reason: ResetReason): void {
    this.#workflowObserver?.reset(reason);
  }

  polled(): void {
    this.#workflowObserver?.polled();
  }

  workflowStarted(workflowId: WorkflowId, workflow: string): void {
    this.workflows.started(workflowId, workflow);
  }
}
