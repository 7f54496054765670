export type { AptProgram } from './apt/apt-program.ts';
export { installWithApt } from './apt/install-with-apt.ts';
export { unpackWithApt } from './apt/unpack-with-apt.ts';
export { browserEventSource } from './browser/browser-event-source.ts';
export { findChromium } from './browser/find-chromium.ts';
export type { ChromiumBinary, FindChromiumOptions } from './browser/find-chromium.ts';
export { launchBrowser } from './browser/launch-browser.ts';
export { parseUsage, runTool, UsageError } from './command-line.ts';
export { E2eToolingError } from './e2e-tooling-error.ts';
export type { E2eToolingErrorCode } from './e2e-tooling-error.ts';
export { keepInCache } from './keep-in-cache.ts';
export type { CachedFolder } from './keep-in-cache.ts';
export { endWithThisProcess } from './processes/end-with-this-process.ts';
export { findOnPath } from './processes/find-on-path.ts';
export { freePort } from './processes/free-port.ts';
export { runCommand } from './processes/run-command.ts';
export type { CommandOptions, CommandResult } from './processes/run-command.ts';
export { inheritedEnv, spawnProcess, spawnProgram } from './processes/spawn-process.ts';
export type {
  ProcessEnd,
  SpawnedProcess,
  SpawnOptions,
  WaitForLineOptions,
} from './processes/spawn-process.ts';
export {
  type ProgramEnv,
  type ServerProcess,
  spawnRuntape,
  spawnServer,
  spawnWorker,
  startServerProcess,
  startWorkerProcess,
} from './programs/start-programs.ts';
export { temporaryFolder } from './programs/temporary-folder.ts';
