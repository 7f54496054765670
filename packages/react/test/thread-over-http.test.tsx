// @vitest-environment node
import { createRuntapeClient } from '@runtape/client';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { makeToken, TestLog } from '@runtape/testing';
import { draftText } from '@runtape/github-workflows/contract';
import { Window } from 'happy-dom';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RuntapeProvider, useThread } from '../src/index.ts';
import { startServer } from './start-server.ts';

const THREAD = 'thread-1';

/** Only the document is emulated; streams and the server use Node itself. */
let window: Window;

beforeEach(() => {
  window = new Window();
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', window.document);
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => setTimeout(callback, 5));
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await window.happyDOM.close();
});

function Probe(): ReactNode {
  const { workflows, connection } = useThread(THREAD);
  return (
    <>
      <output>{connection.state}</output>
      {workflows.map((workflow) => (
        <p key={workflow.workflowId}>{draftText(workflow)}</p>
      ))}
    </>
  );
}

test('C4, A8: a thread on a real server: past and new events, new members, and nothing left after leaving', async () => {
  const log = createMemoryEventLog({});
  await using server = await startServer(log);
  const client = createRuntapeClient({ url: server.url });
  await TestLog.endedIn(log, THREAD, 'Ended before. ');
  const running = await TestLog.create(log, { threadId: THREAD });
  await running.append(makeToken('Runs '));
  const container = document.createElement('div');
  const root = createRoot(container);
  const show = (children: ReactNode): void =>
    root.render(<RuntapeProvider client={client}>{children}</RuntapeProvider>);
  const eventually = (check: () => void): Promise<void> => vi.waitFor(check);
  const shows = (text: string): Promise<void> =>
    eventually(() => expect(container.textContent).toBe(text));

  show(<Probe />);
  await shows('liveEnded before. Runs ');
  await running.append(makeToken('on. '));
  const joining = await TestLog.create(log, { threadId: THREAD });
  await joining.append(makeToken('Joined.'));
  await shows('liveEnded before. Runs on. Joined.');

  show(null);
  await eventually(() => expect(server.tails).toBe(0));
  await joining.append(makeToken(' Meanwhile.'));
  show(<Probe />);
  await shows('liveEnded before. Runs on. Joined. Meanwhile.');
  root.unmount();
  await eventually(() => expect(server.tails).toBe(0));
  await client.close();
});
