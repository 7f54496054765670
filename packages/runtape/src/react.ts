'use client';
export * from '@runtape/react';
