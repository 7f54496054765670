export type { BootClock } from './database/boot-clock.ts';
export { openSqliteEventLog, type SqliteEventLogOptions } from './open-sqlite-event-log.ts';
