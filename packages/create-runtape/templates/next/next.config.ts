import type { NextConfig } from 'next';

const config: NextConfig = {
  // They load files of their own, such as of SQLite and of threads.
  serverExternalPackages: ['runtape'],
};

export default config;
