import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath, version } from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'

// `bin/connections`, which people start with whatever Node they have.

const checkout = join(import.meta.dirname, '..', '..', '..')
const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
  engines: { node: string }
  bin: Record<string, string>
  scripts: Record<string, string>
}
/** Makes this Node one that does not run TypeScript, as every Node before 22.18. */
const asOldNode = '--no-experimental-strip-types'

/**
 * The file as in a checkout, beside a Node of `npm ci` that is a shell script; null: before `npm
 * ci`.
 */
function laidOut(bundledNode: string | null): string {
  const folder = mkdtempSync(join(tmpdir(), 'connections-bin-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  cpSync(join(checkout, 'bin'), join(folder, 'bin'), { recursive: true })
  cpSync(join(checkout, 'package.json'), join(folder, 'package.json'))
  if (bundledNode !== null) {
    const node = join(folder, 'node_modules', '.bin', 'node')
    mkdirSync(join(node, '..'), { recursive: true })
    writeFileSync(node, `#!/bin/sh\n${bundledNode}\n`)
    chmodSync(node, 0o755)
  }
  return join(folder, 'bin', 'connections')
}

function run(...args: string[]) {
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    const child = execFile(execPath, args, (_error, output, errors) => {
      resolve({ code: child.exitCode, output, errors })
    })
  })
}

describe('bin/connections', () => {
  it('is the command of the package, of its scripts and of its image', () => {
    expect(manifest.bin).toEqual({ connections: 'bin/connections' })
    expect(manifest.scripts['start']).toBe('exec node bin/connections dev')
    expect(manifest.scripts['connections']).toBe('node bin/connections')
    expect(readFileSync(join(checkout, 'Dockerfile'), 'utf8')).toContain(
      'ENTRYPOINT ["node", "bin/connections"]',
    )
  })

  it('runs the command with a Node that runs TypeScript', async () => {
    const { code, output } = await run(join(checkout, 'bin', 'connections'), 'token', '--help')
    expect(code).toBe(0)
    expect(output).toContain('Usage: connections token')
  })

  it('says in one line which Node it needs, before `npm ci`', async () => {
    const [, needed = ''] = /^>=(.*)$/.exec(manifest.engines.node) ?? []
    expect(await run(asOldNode, laidOut(null), 'token')).toEqual({
      code: 2,
      output: '',
      errors: `connections needs Node ${needed} or newer, and this is ${version.slice(1)}. Fix: install a newer Node, or run \`npm ci\`, which brings one.\n`,
    })
  })

  it('says in one line that packages are missing', async () => {
    const { code, errors } = await run(laidOut(null), 'token')
    expect(code).toBe(1)
    expect(errors).toMatch(/^Packages or generated code are missing: .* Fix: npm ci\n$/)
  })

  it('hands over to the Node that `npm ci` brought, with every word and the exit code', async () => {
    const bin = laidOut('for word; do echo "$word"; done; exit 7')
    expect(await run(asOldNode, bin, 'token', 'alice and bob', '--json')).toEqual({
      code: 7,
      output: `${[asOldNode, bin, 'token', 'alice and bob', '--json'].join('\n')}\n`,
      errors: '',
    })
  })

  it('passes on SIGTERM, and ends as the command ended', async () => {
    // For ten seconds, so that nothing is left of a test that fails.
    const waits = `trap 'echo ended; exit 3' TERM; echo waits; for n in $(seq 200); do sleep 0.05; done`
    const bin = laidOut(waits)
    // On a busy machine the command may run long before the process that started it goes on.
    const busy = join(bin, '..', 'busy.js')
    writeFileSync(
      busy,
      `const processes = require('child_process')
       const { spawn } = processes
       processes.spawn = (...words) => {
         const child = spawn(...words)
         for (const until = Date.now() + 1_000; Date.now() < until; );
         return child
       }`,
    )
    const child = spawn(execPath, ['--require', busy, asOldNode, bin, 'serve'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([3, null])
    expect(output).toBe('waits\nended\n')
    const killed = spawn(execPath, [asOldNode, laidOut('kill -KILL $$'), 'serve'], {
      stdio: 'ignore',
    })
    expect(await once(killed, 'close')).toEqual([null, 'SIGKILL'])
  })

  it('is told to end by npm, when whoever started `npm start` ends npm alone', async () => {
    const bin = laidOut(null)
    // Stays for ten seconds at most, so that a failure leaves nothing behind.
    writeFileSync(
      bin,
      `process.on('SIGTERM', () => { console.log('ended'); process.exit() })
       setTimeout(() => process.exit(1), 10_000)
       console.log('waits')`,
    )
    const npm = spawn('npm', ['start', '--silent'], {
      cwd: join(bin, '..', '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    npm.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await once(npm.stdout, 'data')
    npm.kill('SIGTERM')
    await once(npm.stdout, 'close')
    expect(output).toBe('waits\nended\n')
  })
})
