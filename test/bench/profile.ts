import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
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

/** Profiles our server while it answers one question after the other: a `.cpuprofile` and a text table each. */
export async function profileOurs({ dataset, auth, loader, inputs, options, say }: Where) {
  const folder = resolve(options.out ?? join(options.data, '..', 'profiles'))
  await mkdir(folder, { recursive: true })
  for (const question of questionNames.filter((name) => options.only.includes(name))) {
    const file = `${question}.cpuprofile`
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${file}`]
    const ours = await startSystem('ours', dataset, auth, flags)
    const steps = (await callsOf(ours, question, inputs, auth)).map((call) => [call])
    const { connections } = options
    const done = await loader.put({
      origin: ours.origin,
      connections,
      seconds: options.seconds * options.rounds,
      most: Infinity,
      steps,
    })
    await ours.stop()
    if (!(await readdir(folder)).includes(file)) throw new Error('Node wrote no profile.')
    const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile
    const table = `${question}, ${done.steps} requests\n\n${summarize(profile)}\n`
    await writeFile(join(folder, `${question}.txt`), table)
    say(table)
  }
}

/** Who uses the time: each function by itself, and each package with all that it calls. */
function summarize({ nodes, samples, timeDeltas }: CpuProfile): string {
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
      .map(([name, time]) => `${((100 * time) / busy).toFixed(1).padStart(6)} %  ${name}`)
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
  if (place.startsWith('node:') || place === '') return place.split('/')[0] || '(native)'
  return place
    .split('/')
    .slice(0, place.startsWith('@') ? 2 : 1)
    .join('/')
}

function add(to: Map<string, number>, name: string, time: number): void {
  to.set(name, (to.get(name) ?? 0) + time)
}
