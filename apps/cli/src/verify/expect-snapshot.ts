import { isDeepStrictEqual } from 'node:util';
import type { WorkflowSnapshot } from '@runtape/events';
import { CheckFailure } from './check.ts';
import type { Ended } from './probe.ts';
import { shorten } from './read-answer.ts';

/** @throws CheckFailure when a snapshot is not what the events come to. */
export function expectSnapshot(came: WorkflowSnapshot, { snapshot, entries }: Ended): string {
  const [told, wanted] = [came, snapshot].map((each): unknown => JSON.parse(JSON.stringify(each)));
  if (isDeepStrictEqual(told, wanted))
    return `${came.status}, all that ${entries.length} events come to`;
  const different = Object.entries(snapshot).find(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(came, key)),
  );
  const [key = 'snapshot', value] = different ?? [];
  throw new CheckFailure({
    expected: shorten(`${key}: ${JSON.stringify(value)}`),
    came: shorten(`${key}: ${JSON.stringify(Reflect.get(came, key))}`),
    advice: 'Is something caching answers between here and the server?',
  });
}
