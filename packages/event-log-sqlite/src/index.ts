export { openSqliteEventLog, type SqliteEventLogOptions } from './open-sqlite-event-log.ts';
