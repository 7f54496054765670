import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Every file names the others relative to itself: a proxy may serve the page below any path.
  base: './',
  plugins: [react(), tailwindcss()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Which file needs which: a test adds up what the first load is.
    manifest: true,
    // The page's content security policy refuses fonts in `data:` URLs.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Together, so that zod is configured before anything makes a schema, whatever else
          // shares code.
          groups: [{ name: 'schemas', test: /[\\/](?:zod|packages[\\/]events)[\\/]|no-eval\.ts$/ }],
        },
      },
    },
  },
});
