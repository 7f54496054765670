import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import type { WorkflowObserver } from '../src/index.ts';
import { newRequest, post } from './requests.ts';
import { eventually } from './eventually.ts';
import { readAll } from './read-frames.ts';
import { startApi } from './start-api.ts';
import { startChat } from './start-chat.ts';

function observe() {
  const reports: unknown[][] = [];
  const workflowObserver: WorkflowObserver = {
    started: (...args) => reports.push(['started', ...args]),
    ended: (...args) => reports.push(['ended', ...args]),
    retried: (...args) => reports.push(['retried', ...args]),
    reset: (...args) => reports.push(['reset', ...args]),
    polled: (...args) => reports.push(['polled', ...args]),
  };
  return { reports, workflowObserver };
}

describe('D7 E16: workflows that were started through a server', () => {
  test('count by their outcome, even if each of their streams reached its end', async () => {
    const { reports, workflowObserver } = observe();
    await using chat = await startChat({ workflowObserver });
    for (const query of ['fail', 'Why?', 'fail']) {
      await readAll(await chat.api.fetch(post('/api/chat', { query, streaming: true })));
    }
    expect(await chat.caller.statistics()).toMatchObject({
      completed: 3,
      failed: 0,
      successRate: 1,
      workflows: { started: 3, completed: 1, failed: 2, cancelled: 0 },
    });
    expect(reports).toEqual(
      ['failed', 'completed', 'failed'].flatMap((outcome) => [
        ['started', 'askRepository'],
        ['ended', 'askRepository', outcome],
      ]),
    );
  });

  test('count without followers, and once, however often they are read', async () => {
    await using chat = await startChat({ held: true });
    const { workflowId } = await chat.caller.startQuestion({ question: 'Why?' });
    await chat.caller.startQuestion({ question: 'Why not?' });
    await chat.caller.cancelWorkflow({ workflowId });
    chat.release();
    const both = { started: 2, completed: 1, failed: 0, cancelled: 1 };
    await eventually(async () =>
      expect(await chat.caller.statistics()).toMatchObject({ workflows: both }),
    );
    await readAll(await chat.api.fetch(newRequest(`/api/workflows/${workflowId}/events`)));
    await chat.caller.workflow.events({ workflowId });
    expect(await chat.caller.statistics()).toMatchObject({ workflows: both });
  });

  test('count once for one idempotency key', async () => {
    await using chat = await startChat();
    for (let time = 0; time < 2; time += 1) {
      await chat.caller.startQuestion({ question: 'Why?', idempotencyKey: 'k' });
    }
    expect(await chat.caller.statistics()).toMatchObject({ workflows: { started: 1 } });
  });

  test('do not include those that other servers started', async () => {
    await using started = startApi();
    const { workflowId } = await TestLog.ended(started.log, 'a');
    await readAll(await started.api.fetch(newRequest(`/api/workflows/${workflowId}/events`)));
    expect(await started.caller.statistics()).toMatchObject({
      workflows: { started: 0, completed: 0 },
    });
  });
});

describe('E16: events that readers encounter', () => {
  test('retries count once, however many read them; resets and pages each time', async () => {
    const { reports, workflowObserver } = observe();
    await using started = startApi({ workflowObserver });
    const testLog = await TestLog.create(started.log, { threadId: 'talk' });
    const retrying = { attempt: 2, maxAttempts: 3, inMs: 0, reason: { code: 'x', message: 'y' } };
    await testLog.append(makeToken('a'), makeEvent('workflow:retrying', retrying));
    await testLog.append(
      makeEvent('workflow:completed', { durationMs: 1, usage: null, cost: null, result: 'a' }),
    );
    const { workflowId } = testLog;
    const path = `/api/workflows/${workflowId}/events`;
    await readAll(await started.api.fetch(newRequest(path)));
    await readAll(await started.api.fetch(newRequest(`${path}?types=token`)));
    await readAll(await started.api.fetch(post('/api/events', { streams: [{ workflowId }] })));
    expect(reports).toEqual([['retried']]);

    reports.length = 0;
    await readAll(await started.api.fetch(newRequest(`${path}?lastEventId=zzzzzzzz-1`)));
    expect(reports).toEqual([['reset', 'other_incarnation']]);

    reports.length = 0;
    await started.caller.workflow.events({ workflowId, after: 'zzzzzzzz-1' });
    expect(reports).toEqual([['polled'], ['reset', 'other_incarnation']]);
  });
});
