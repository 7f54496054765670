export type { Machine } from './machine.ts';
export { openSqliteEventLog, type SqliteEventLogOptions } from './open-sqlite-event-log.ts';
