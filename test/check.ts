import { spawn } from 'node:child_process'
import { env } from 'node:process'

// What continuous integration checks: `npm run check`. Lint needs one core for as long as format
// and types together, so the two run side by side. What each of them says is printed as a whole,
// when it has ended. The tests use all cores, and run if nothing was wrong before.

/** Lint and types make much garbage: with room for it, less is copied, and they end sooner. */
const roomy = { ...env, NODE_OPTIONS: '--max-semi-space-size=64' }

/** Runs a script of package.json; whether it went well. */
async function run(script: string, stdio: 'inherit' | 'pipe', given = env): Promise<boolean> {
  const begun = performance.now()
  const child = spawn('npm', ['run', script], { stdio: ['ignore', stdio, stdio], env: given })
  const parts: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (part: Buffer) => parts.push(part))
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  const seconds = Math.round((performance.now() - begun) / 1_000)
  process.stdout.write(Buffer.concat(parts))
  process.stdout.write(`=== ${script}: ${code === 0 ? 'ok' : 'failed'} (${seconds} s)\n`)
  return code === 0
}

async function inTurn(...scripts: string[]): Promise<boolean> {
  let isWell = true
  for (const script of scripts) isWell = (await run(script, 'pipe', roomy)) && isWell
  return isWell
}

const lanes = await Promise.all([inTurn('lint'), inTurn('format', 'types')])
const isWell = lanes.every(Boolean) && (await run('test', 'inherit'))
process.exitCode = isWell ? 0 : 1
