/** The packages that a package may import at run time. Type-only imports are listed separately. */
export interface Layer {
  readonly may: readonly string[];
  readonly typesOnly?: readonly string[];
  /** Third-party packages that must not be reachable from its sources. */
  readonly never?: readonly string[];
}

/** The allowed imports: the table of `docs/architecture.md`, checked by this package's tests. */
export const layers: Readonly<Record<string, Layer>> = {
  async: { may: [] },
  events: { may: ['async'] },
  'workflow-state': { may: ['async', 'events'] },
  'event-log': { may: ['async', 'events'] },
  'event-log-sqlite': { may: ['async', 'events', 'event-log'] },
  'redis-client': { may: [] },
  'event-log-redis': { may: ['async', 'events', 'event-log', 'redis-client'] },
  'fan-out': { may: ['async', 'events', 'event-log'] },
  engine: { may: ['async', 'events', 'event-log', 'redis-client'] },
  'github-comment': { may: ['async'] },
  contract: { may: ['events', 'workflow-state/tape'] },
  server: {
    may: [
      'async',
      'events',
      'event-log',
      'workflow-state',
      'contract',
      'fan-out',
      'engine/start',
      'engine/define',
    ],
    never: ['openai', 'octokit', 'ioredis', 'bullmq'],
  },
  'node-http': { may: ['server'] },
  client: {
    may: ['async', 'events', 'workflow-state', 'contract/procedures', 'contract/errors'],
    typesOnly: ['contract'],
  },
  'client-tabs': { may: ['async', 'client', 'events'] },
  react: { may: ['async', 'client', 'workflow-state', 'events'] },
  runtape: {
    may: [
      'client',
      'contract',
      'engine',
      'event-log',
      'event-log-redis',
      'event-log-sqlite',
      'fan-out',
      'node-http',
      'react',
      'server',
    ],
  },
  'github-workflows': {
    may: [
      'async',
      'events',
      'event-log',
      'engine',
      'contract',
      'server/plugins',
      'client',
      'react',
      'workflow-state',
      'github-comment',
    ],
  },
  'create-runtape': { may: [] },
  testing: { may: ['async', 'events', 'event-log'] },
};

/** Packages whose sources run on any Web-standard runtime or in a browser: no `node:` module. */
export const webStandard: readonly string[] = [
  'async',
  'events',
  'workflow-state',
  'event-log',
  'fan-out',
  'contract',
  'server',
  'client',
  'client-tabs',
  'react',
  'github-comment',
];

/** The only packages that may name `openai` and `octokit`. */
export const vendors: Readonly<Record<string, readonly string[]>> = {
  openai: ['github-workflows'],
  octokit: ['github-workflows'],
  ioredis: ['redis-client', 'event-log-redis', 'engine'],
};
