import { pino } from 'pino'
import { loggerOptions } from '../server/observability/log.ts'
import { LogOutput } from '../server/observability/log-output.ts'

/** Where the worker writes down what happens; each line has an object and a sentence. */
export interface WorkerLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/**
 * The log of a worker process: JSON lines on standard output, as `serve` writes them.
 * @returns also how to write its last lines
 */
export function openWorkerLog(level: string): { log: WorkerLog; end: () => Promise<void> } {
  const output = new LogOutput(1)
  return { log: pino(loggerOptions(level), output), end: () => output.end() }
}
