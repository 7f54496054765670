import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../src/workspace.ts';

/** The facets of an event log, each a file of the port and of each adapter. */
const facets = [
  'append.ts',
  'attempts.ts',
  'commands.ts',
  'create.ts',
  'list.ts',
  'read.ts',
  'retention.ts',
  'segments.ts',
  'steps.ts',
  'threads.ts',
  'watch.ts',
];

const folders = [
  'packages/event-log/src/port',
  'packages/event-log/src/memory',
  'packages/event-log-sqlite/src',
  'packages/event-log-redis/src',
];

test.each(folders)('%s has a file for each facet of the event log', (folder) => {
  const files = readdirSync(join(root, folder));
  expect(facets.filter((facet) => !files.includes(facet))).toEqual([]);
});

test.each(['event-log-sqlite', 'event-log-redis', 'fan-out'])(
  '%s has each file name once',
  (name) => {
    const paths = readdirSync(join(root, 'packages', name, 'src'), { recursive: true });
    const names = paths
      .map((path) => basename(String(path)))
      .filter((file) => file.endsWith('.ts'));
    expect(names.filter((file, at) => names.indexOf(file) !== at)).toEqual([]);
  },
);
