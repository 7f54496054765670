import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { reportBreaksOnce } from '../src/bullmq/report-breaks-once.ts';

test('F5: the first error of each outage is reported, also when outages follow each other', () => {
  const client = Object.assign(new EventEmitter(), { status: 'ready' });
  const told: unknown[] = [];
  const { report, stop } = reportBreaksOnce(client, (error) => told.push(error));
  for (const first of ['broke', 'broke again']) {
    client.status = 'reconnecting';
    report(first);
    report('still away');
    client.status = 'ready';
    client.emit('ready');
  }
  expect(told).toEqual(['broke', 'broke again']);
  stop();
  expect(client.listenerCount('ready')).toBe(0);
});
