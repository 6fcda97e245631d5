import { Agent } from 'node:http'
import { onTestFinished } from 'vitest'
import { type RunningWorker, startWorker, type WorkerOptions } from '../../src/worker/worker.ts'
import type { TestService } from './test-service.ts'

/** A line of the worker's log. */
export interface WorkerLine extends Record<string, unknown> {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
}

/** Starts a worker on the database of a test service. Stopped when the test is over. */
export function startTestWorker(
  { database }: Pick<TestService, 'database'>,
  options: Partial<WorkerOptions> = {},
): RunningWorker & { readonly lines: WorkerLine[] } {
  const lines: WorkerLine[] = []
  const write = (level: WorkerLine['level']) => (details: object, message: string) => {
    lines.push({ ...details, level, message })
  }
  const agent = new Agent({ keepAlive: true })
  const worker = startWorker({
    databaseUrl: database.workerUrl,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    agentFor: () => agent,
    ...options,
  })
  onTestFinished(() => worker.stop())
  return { ...worker, lines }
}
