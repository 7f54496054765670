import { join } from 'node:path';
import { findChromium, freePort, launchBrowser, startServerProcess } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { Browser } from 'playwright-core';
import type { BenchContext } from '../bench.ts';
import { pin } from '../processes/pin.ts';

/** The page as users have it: a server without running workflows, and a browser. */
export interface RunningPage extends AsyncDisposable {
  readonly url: string;
  /** The server's store, to write the workflows that the page shows. */
  readonly log: EventLog;
  readonly browser: Browser;
}

/** Starts a server with a new store, and Chromium. */
export async function startPage({ cpus, folder }: BenchContext): Promise<RunningPage> {
  await using started = new AsyncDisposableStack();
  const file = join(folder, 'page.db');
  const server = started.use(
    await startServerProcess({
      PORT: String(await freePort()),
      WORKERS: '0',
      RUNTAPE_DB: file,
      RUNTAPE_CACHE: folder,
    }),
  );
  if (cpus.server !== undefined) await pin(server.process.pid, cpus.server);
  const log = started.use(await openSqliteEventLog({ file }));
  const { path } = await findChromium();
  const browser = started.adopt(await launchBrowser(path), (each) => each.close());
  const running = started.move();
  return { url: server.url, log, browser, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
