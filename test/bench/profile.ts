import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { freePort } from '../../src/dev/ports.ts'
import { callsOf } from './measure.ts'
import { questionNames } from './options.ts'
import { startSystem } from './systems/start.ts'
import type { Where } from './where.ts'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
    }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/**
 * Profiles our server while it answers one question after the other, warm: a `.cpuprofile` and a
 * text table each.
 */
export async function profileOurs({ dataset, auth, loader, inputs, options, say }: Where) {
  const folder = resolve(options.out ?? join(options.data, '..', 'profiles'))
  await mkdir(folder, { recursive: true })
  for (const question of questionNames.filter((name) => options.only.includes(name))) {
    const port = await freePort()
    const ours = await startSystem('ours', dataset, auth, [`--inspect=127.0.0.1:${port}`])
    try {
      const { origin } = ours
      const { connections } = options
      const steps = (await callsOf(ours, question, inputs, auth)).map((call) => [call])
      await loader.put({ origin, connections, seconds: 60, most: 3 * steps.length, steps })
      const inspector = await inspect(port)
      await inspector.send('Profiler.enable')
      await inspector.send('Profiler.setSamplingInterval', { interval: 200 })
      await inspector.send('Profiler.start')
      const seconds = options.seconds * options.rounds
      const done = await loader.put({ origin, connections, seconds, most: Infinity, steps })
      const { profile } = (await inspector.send('Profiler.stop')) as { profile: CpuProfile }
      inspector.close()
      const table = `${question}, ${done.steps} requests\n\n${summarize(profile, done.steps)}\n`
      await writeFile(join(folder, `${question}.cpuprofile`), JSON.stringify(profile))
      await writeFile(join(folder, `${question}.txt`), table)
      say(table)
    } finally {
      await ours.stop()
    }
  }
}

/** Talks to a process that was started with `--inspect`. */
async function inspect(port: number) {
  const listed = await fetch(`http://127.0.0.1:${port}/json/list`)
  const [target] = (await listed.json()) as { webSocketDebuggerUrl: string }[]
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '')
  await new Promise((resolve) => {
    socket.addEventListener('open', resolve)
  })
  let last = 0
  return {
    close: () => {
      socket.close()
    },
    send: (method: string, params = {}): Promise<unknown> =>
      new Promise((resolve) => {
        const id = ++last
        const listen = ({ data }: MessageEvent) => {
          const answer = JSON.parse(String(data)) as { id?: number; result: unknown }
          if (answer.id !== id) return
          socket.removeEventListener('message', listen)
          resolve(answer.result)
        }
        socket.addEventListener('message', listen)
        socket.send(JSON.stringify({ id, method, params }))
      }),
  }
}

/** Who uses the time: each function by itself, and each package with all that it calls. */
function summarize({ nodes, samples, timeDeltas }: CpuProfile, requests: number): string {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const own = new Map<number, number>()
  samples.forEach((id, index) => own.set(id, (own.get(id) ?? 0) + (timeDeltas[index] ?? 0)))
  const idle = new Set(['(idle)', '(program)', '(root)'])
  const busy = [...own].reduce((sum, [id, time]) => {
    return idle.has(byId.get(id)?.callFrame.functionName ?? '') ? sum : sum + time
  }, 0)
  const functions = new Map<string, number>()
  const packages = new Map<string, number>()
  for (const [id, time] of own) {
    const frame = byId.get(id)?.callFrame
    if (frame === undefined || idle.has(frame.functionName)) continue
    const place = placeOf(frame.url)
    add(functions, `${frame.functionName || '(anonymous)'}  ${place}:${frame.lineNumber + 1}`, time)
    add(packages, packageOf(place, frame.functionName), time)
  }
  const totals = totalsOf(nodes, own)
  const list = (of: Map<string, number>, most: number) =>
    [...of]
      .sort(([, one], [, other]) => other - one)
      .slice(0, most)
      .map(
        ([name, time]) =>
          `${((100 * time) / busy).toFixed(1).padStart(6)} % ${(time / requests).toFixed(0).padStart(6)} µs  ${name}`,
      )
      .join('\n')
  return `Self, by package\n${list(packages, 25)}\n\nSelf, by function\n${list(functions, 45)}\n\nWith all they call\n${list(totals, 60)}`
}

function totalsOf(nodes: CpuProfile['nodes'], own: ReadonlyMap<number, number>) {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const totals = new Map<string, number>()
  const visit = (id: number, above: ReadonlySet<string>): number => {
    const node = byId.get(id)
    if (node === undefined) return 0
    const { functionName, url, lineNumber } = node.callFrame
    const name = `${functionName || '(anonymous)'}  ${placeOf(url)}:${lineNumber + 1}`
    const inside = new Set(above).add(name)
    const time =
      (own.get(id) ?? 0) +
      (node.children ?? []).reduce((sum, child) => sum + visit(child, inside), 0)
    // A function that calls itself counts once.
    if (!above.has(name) && !functionName.startsWith('(')) add(totals, name, time)
    return time
  }
  const [root] = nodes
  if (root !== undefined) visit(root.id, new Set())
  return totals
}

function placeOf(url: string): string {
  const [, inside] = /node_modules\/(?!.*node_modules)(.+)$/.exec(url) ?? []
  return inside ?? url.replace(/^.*\/(src|test)\//, '$1/')
}

function packageOf(place: string, functionName: string): string {
  if (functionName === '(garbage collector)') return functionName
  if (place.startsWith('src/')) return place.split('/').slice(0, 2).join('/')
  if (place.startsWith('node:') || place === '')
    return place === '' ? '(native)' : (place.split('/')[0] ?? '')
  return place
    .split('/')
    .slice(0, place.startsWith('@') ? 2 : 1)
    .join('/')
}

function add(to: Map<string, number>, name: string, time: number): void {
  to.set(name, (to.get(name) ?? 0) + time)
}
