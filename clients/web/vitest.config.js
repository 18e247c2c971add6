import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['tests/**/*.test.{js,ts}'], testTimeout: 20_000, hookTimeout: 30_000, environment: 'node', pool: 'forks' },
});
