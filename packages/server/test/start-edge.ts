import { spawnProcess, temporaryFolder } from '@runtape/e2e';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';
import { z } from 'zod';

const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker", esModule = embed "worker.js")],
    compatibilityDate = "2026-01-01",
    durableObjectNamespaces = [(className = "Runtape", uniqueKey = "runtape")],
    durableObjectStorage = (inMemory = void),
    bindings = [(name = "RUNTAPE", durableObjectNamespace = "Runtape")],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = (name = "main", entrypoint = "gateway"))],
);`;

const require = createRequire(import.meta.url);
/** The path of the program; the package has no types. */
const workerd = z.object({ default: z.string() }).parse(require('workerd')).default;

/** A bundle and its remaining imports. */
export interface Bundle {
  readonly code: string;
  readonly imports: readonly string[];
}

/** Bundles the API with a memory log as one file without imports. */
export async function bundleForEdge(): Promise<Bundle> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root: import.meta.dirname,
    build: {
      write: false,
      minify: false,
      target: 'es2024',
      lib: { entry: join(import.meta.dirname, 'edge-worker.ts'), formats: ['es'] },
    },
  });
  const outputs = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  const chunk = outputs.find((output) => output.type === 'chunk');
  if (chunk === undefined || outputs.length !== 1) throw new Error('The bundle is not one file.');
  return { code: chunk.code, imports: [...chunk.imports, ...chunk.dynamicImports] };
}

/** Runs a bundle in workerd, an edge runtime other than Node, on a free port of loopback. */
export async function startEdge(code: string) {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  await writeFile(join(folder.path, 'worker.js'), code);
  await writeFile(join(folder.path, 'config.capnp'), config);
  const args = ['serve', '--control-fd=1', join(folder.path, 'config.capnp')];
  const process = starting.use(spawnProcess(workerd, args));
  const [, port] = await process.waitForLine(/"event":"listen".*"port":(\d+)/);
  const running = starting.move();
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
