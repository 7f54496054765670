import type { WorkflowObserver } from '@runtape/server';
import { Counter, type Registry } from 'prom-client';

/** Counts workflows, and what readers of their events ran into, for Prometheus. */
export function measureWorkflows(registers: Registry[]): WorkflowObserver {
  const started = new Counter({
    name: 'runtape_workflows_started_total',
    help: 'Workflows that were started through this server.',
    labelNames: ['workflow'] as const,
    registers,
  });
  const ended = new Counter({
    name: 'runtape_workflows_ended_total',
    help: 'Of the workflows that were started through this server, those that ended: completed, failed or cancelled.',
    labelNames: ['workflow', 'outcome'] as const,
    registers,
  });
  const retries = new Counter({
    name: 'runtape_retries_total',
    help: 'Failed attempts that were retried, as far as readers on this server saw them.',
    registers,
  });
  const resets = new Counter({
    name: 'runtape_resets_total',
    help: 'Readers whose cursor did not fit the log: trimmed, ahead, or of another incarnation.',
    labelNames: ['reason'] as const,
    registers,
  });
  const polls = new Counter({
    name: 'runtape_polling_requests_total',
    help: 'Pages of events that clients requested instead of a stream.',
    registers,
  });
  return {
    started: (workflow) => started.inc({ workflow }),
    ended: (workflow, outcome) => ended.inc({ workflow, outcome }),
    retried: () => retries.inc(),
    reset: (reason) => resets.inc({ reason }),
    polled: () => polls.inc(),
  };
}
