export type { BootClock } from './boot-clock.ts';
export { openSqliteEventLog, type SqliteEventLogOptions } from './open-sqlite-event-log.ts';
