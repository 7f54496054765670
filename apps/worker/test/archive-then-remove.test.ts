import { join } from 'node:path';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { testArchiving } from './archiving-scenarios.ts';

testArchiving('in memory', async () => createMemoryEventLog());
testArchiving('SQLite', (folder) => openSqliteEventLog({ file: join(folder, 'db') }));
