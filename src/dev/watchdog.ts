import { spawn } from 'node:child_process'
import { Socket } from 'node:net'
import type { RunAs } from './binaries.ts'

/**
 * Waits until its input ends, which it does when we are gone, however we went; then ends Postgres
 * and deletes what is not to be kept. It does not wait for ever: in a container whose first process
 * collects no orphans, an ended process stays in the table.
 */
const script = `
  read -r _
  kill -INT "$1"
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2> /dev/null || break; sleep 0.5; done
  if [ -n "$2" ]; then rm -rf "$2"; fi
`

/**
 * Sees to it that a Postgres of ours does not outlive us, even when we are killed at once (kill -9,
 * an out-of-memory killer).
 * @param remains a directory to delete then; null keeps everything
 * @returns how to call it off, once Postgres has ended in the ordinary way
 */
export function watchOver(pid: number, user: RunAs, remains: string | null): () => void {
  const watchdog = spawn('/bin/sh', ['-c', script, 'watchdog', String(pid), remains ?? ''], {
    ...user,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    // Out of the terminal's process group: Ctrl-C is not for it.
    detached: true,
  })
  watchdog.on('error', () => undefined)
  watchdog.unref()
  // The pipe is a socket underneath, which would hold our process open.
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref()
  return () => {
    watchdog.kill('SIGKILL')
  }
}
