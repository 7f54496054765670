export * from '@runtape/client';
