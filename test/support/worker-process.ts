import { Agent } from 'node:http'
import { startWorker } from '../../src/worker/worker.ts'

// A worker as a process of its own that tests can kill, with a lease that they do not have to wait
// for long: `node worker-process.ts <url of the database> <lease in milliseconds>`.

const [, , databaseUrl = '', leaseMs = ''] = process.argv
const agent = new Agent({ keepAlive: true })
const say = (details: object, message: string) => {
  process.stdout.write(`${JSON.stringify({ ...details, message })}\n`)
}
startWorker({
  databaseUrl,
  leaseMs: Number(leaseMs),
  log: { info: say, warn: say, error: say },
  agentFor: () => agent,
})
