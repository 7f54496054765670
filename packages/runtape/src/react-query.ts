'use client';
export * from '@runtape/react/query';
