import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * Files that change what a whole process shares: a module that stands in for another, limits, the
 * tracer, the environment, a browser's globals. `test/alone.test.ts` finds those that are missing.
 */
const alone = [
  'test/docs/{authentication,webhooks}-guide.test.ts',
  'test/kit/backends-guide.test.ts',
  'test/kit/react/*.test.ts',
  'test/pairs/races-without-lock.test.ts',
  'test/proof.test.ts',
  'test/server/observability/{federated-trace,traces}.test.ts',
  'test/worker/traces.test.ts',
]

export default defineConfig({
  // Node gives everybody the same `graphql`; Vite would give our files its other build, whose types
  // are strangers.
  resolve: {
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    globalSetup: 'test/setup.ts',
    // Tests wait for Postgres and for other processes half of the time, so there is one process
    // more than cores.
    maxWorkers: 3,
    // Most of what a test makes is soon garbage: with room for it, less is copied.
    execArgv: ['--max-semi-space-size=64'],
    // A run compares the checked-in files and writes none of them; `npm test -- -u` does.
    update: 'none',
    // A test that waits for Postgres on a busy machine is slow, not broken.
    testTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 240_000,
    // Node keeps what it has compiled of packages and, in processes that tests start, of ours.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled/', import.meta.url)),
    },
    // To load the service takes a process two seconds. So each process runs many files, but for
    // those that would disturb the next one.
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: alone, isolate: false },
      },
    ],
  },
})
