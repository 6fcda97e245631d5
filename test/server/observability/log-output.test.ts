import { once } from 'node:events'
import { openSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ServiceProcess, startProcess } from '../../support/process.ts'
import { openTestService } from '../../support/test-service.ts'
import { fromGateway, send } from '../../support/wire.ts'

const app = await openTestService()
const body = JSON.stringify({ query: '{ viewer { id } }' })

/** Many requests, each of which leaves a line in the log. Gives what was not answered well. */
async function askOften(service: ServiceProcess, times: number) {
  const [alice] = await app.people('alice')
  const headers = { ...fromGateway(await alice.token()), 'x-request-id': 'x'.repeat(128) }
  const failures: unknown[] = []
  for (let wave = 0; wave < times / 50; wave++) {
    const answers = Array.from({ length: 50 }, () => send(service.url, { headers, body }))
    for (const answer of await Promise.all(answers))
      if (answer.status !== 200) failures.push(answer)
  }
  return failures
}

async function lostLines(service: ServiceProcess): Promise<number> {
  const { body: metrics } = await service.look('metrics')
  return Number(/^connections_log_lines_lost_total (\d+)$/m.exec(metrics)?.[1])
}

describe('a log that cannot be written', () => {
  it('because its disk is full stops nothing: requests are answered, lost lines counted, and it ends when told', async () => {
    const service = await startProcess(app, {}, openSync('/dev/full', 'w'))
    expect(await askOften(service, 200)).toEqual([])
    await expect.poll(() => lostLines(service)).toBeGreaterThanOrEqual(200)
    expect(await service.end()).toMatchObject({ code: 0 })
  })

  it('because its reader has died stops nothing either', async () => {
    const service = await startProcess(app, {}, 'pipe')
    service.child.stdout?.destroy()
    expect(await askOften(service, 200)).toEqual([])
    await expect.poll(() => lostLines(service)).toBeGreaterThanOrEqual(150)
    expect(await service.end()).toMatchObject({ code: 0 })
  })

  it('because its reader does not read stops nothing, and is not kept without bound', async () => {
    const service = await startProcess(app, {}, 'pipe')
    service.child.stdout?.pause()
    expect(await askOften(service, 6_000)).toEqual([])
    expect(await lostLines(service)).toBeGreaterThan(0)
    expect((await service.end()).code).toBe(0)
  })
})

describe('a log that can be written', () => {
  it('has every line, also the last ones before the end', async () => {
    const service = await startProcess(app, {}, 'pipe')
    let text = ''
    const { stdout } = service.child
    if (stdout === null) throw new Error('It prints to nobody.')
    stdout.on('data', (part: Buffer) => (text += part.toString()))
    // What a process has written last may come after the news of its end.
    const read = once(stdout, 'close')
    expect(await askOften(service, 100)).toEqual([])
    expect(await lostLines(service)).toBe(0)
    await service.end()
    await read
    const lines = text.trimEnd().split('\n')
    const operations = lines.filter(
      (line) => (JSON.parse(line) as { msg: string }).msg === 'operation',
    )
    expect(operations).toHaveLength(100)
  })
})
