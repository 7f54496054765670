import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type SpawnedProcess, spawnProcess, temporaryFolder } from '@runtape/e2e';

/** An nginx in front of one server. */
export interface RunningNginx extends AsyncDisposable {
  readonly url: string;
  /** Kills it, which breaks every connection through it. */
  kill(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
}

export interface NginxOptions {
  /** The path of nginx. */
  readonly path: string;
  /** Returns the configuration of the site for an address to listen on. */
  readonly site: (listen: string) => string;
}

/** A site that sets only `proxy_pass`. */
export function plainSite(target: string): NginxOptions['site'] {
  return (listen) => `server {
    listen ${listen};
    location / { proxy_pass ${target}; }
  }`;
}

/** Starts nginx with one site, and with the settings of Debian's package for all sites. */
export async function startNginx({ path, site }: NginxOptions): Promise<RunningNginx> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const file = join(folder.path, 'nginx.conf');
  await writeFile(file, configuration(folder.path, site(`127.0.0.1:${port}`)));
  const run = async (): Promise<SpawnedProcess> => {
    const args = ['-p', folder.path, '-c', file, '-e', 'stderr', '-g', 'daemon off;'];
    const started = spawnProcess(path, args);
    await started.waitForLine(/start worker process \d+/);
    return started;
  };
  let running: SpawnedProcess | null = await run();
  const kill = async (): Promise<void> => {
    // The whole process group, because workers outlive a killed master.
    await running?.[Symbol.asyncDispose]();
    running = null;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    kill,
    async start() {
      running ??= await run();
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Buffering, time-outs and the protocol to the server keep nginx's defaults. */
function configuration(folder: string, site: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${folder}/${name};`,
  );
  return `
worker_processes auto;
pid ${folder}/nginx.pid;
error_log stderr notice;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  types_hash_max_size 2048;
  default_type application/octet-stream;
  gzip on;
  access_log off;
${temporary.join('\n')}
  ${site}
}
`;
}
