import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { toNodeHandler } from 'runtape/node';
import { runtape } from './runtape.ts';

/** Serves the workflows from Vite's own server. In production use any server: see the others. */
const workflows: Plugin = {
  name: 'workflows',
  async configureServer({ middlewares, httpServer }) {
    await runtape.work();
    middlewares.use('/runtape', toNodeHandler(runtape));
    httpServer?.once('close', () => void runtape.close());
  },
};

const port = Number(process.env.PORT ?? 5173);

export default defineConfig({ plugins: [react(), workflows], server: { port } });
