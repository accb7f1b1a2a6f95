import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { licences } from './scripts/licences.ts';
import { placeholder } from './scripts/placeholder.ts';

/** The API's address for `npm run dev`: the demo's server. */
const devServer = process.env.CROSSWALK_API ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), licences(), placeholder()],
  server: { proxy: { '/api': { target: devServer, changeOrigin: false } } },
  build: {
    // no data: addresses, so that the content security policy can stay at 'self'
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    target: 'es2023',
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
