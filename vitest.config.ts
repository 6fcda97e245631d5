import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Node gives everybody the same `graphql`; Vite would give our files its other build, whose types
  // are strangers.
  resolve: {
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/setup.ts',
    // Tests wait for Postgres and for other processes half of the time, so no core has to stay
    // free.
    maxWorkers: '100%',
    // A run compares the checked-in files and writes none of them; `npm test -- -u` does.
    update: 'none',
    // A test that waits for Postgres on a busy machine is slow, not broken.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
