import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { explorerBundle } from '../../../src/dev/explorer/bundle.ts'

describe('the page', () => {
  it('is built once, and again only when the build has failed', async () => {
    await withCache(async (cache) => {
      let builds = 0
      const build = async (directory: string) => {
        if (++builds === 1) throw new Error('Out of paper.')
        await mkdir(directory)
        await writeFile(join(directory, 'start.js'), '')
      }
      const bundle = explorerBundle(cache, build)
      await expect(bundle.ready()).rejects.toThrow('Out of paper.')
      await Promise.all([bundle.ready(), bundle.ready(), bundle.ready()])
      await explorerBundle(cache, build).ready()
      expect(builds).toBe(2)
    })
  })

  it('is not there while it is half built, and a stopped build leaves nothing', async () => {
    await withCache(async (cache) => {
      const bundle = explorerBundle(cache)
      const ready = bundle.ready()
      // Vite is at work by now, or on a busy machine not yet: either must end the same.
      await sleep(1000)
      await bundle.stop()
      await expect(ready).rejects.toThrow('stopped before it finished')
      expect(await readdir(cache)).toEqual([])
    })
  })

  it('loads nothing from another origin', async () => {
    const bundle = explorerBundle()
    await bundle.ready()
    const styles = (await readdir(bundle.directory, { recursive: true })).filter((name) =>
      name.endsWith('.css'),
    )
    expect(styles.length).toBeGreaterThan(0)
    for (const name of styles) {
      expect(await readFile(join(bundle.directory, name), 'utf8')).not.toMatch(
        /url\(['"]?https?:|@import/,
      )
    }
  }, 120_000)
})

/** A folder for builds that nobody else uses. */
async function withCache(use: (cache: string) => Promise<void>): Promise<void> {
  const cache = await mkdtemp(join(tmpdir(), 'connections-explorer-'))
  await use(cache).finally(() => rm(cache, { recursive: true, force: true }))
}
