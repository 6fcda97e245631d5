import { text } from 'node:stream/consumers'
import { askConfirmation } from './operations/cli/confirmation.ts'
import { runCommand } from './operations/cli/program.ts'

// A reader that has left (`| head`), or a terminal that was closed, must not end us in the middle
// of an orderly stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  pid: process.pid,
  nodeVersion: process.versions.node,
  print: (line) => {
    process.stdout.write(`${line}\n`)
  },
  complain: (line) => {
    process.stderr.write(`${line}\n`)
  },
  terminal: process.stderr.isTTY ? process.stderr : null,
  confirm:
    process.stdin.isTTY && process.stderr.isTTY
      ? (question) => askConfirmation(question, process.stdin, process.stderr)
      : null,
  readInput: () => text(process.stdin),
  onEnd: (end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  },
})
