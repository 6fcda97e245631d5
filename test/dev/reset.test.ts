import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pid } from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { claim, clusterOf, keyOf } from '../../src/dev/stack-file.ts'
import { markFolder } from '../../src/dev/stack-folder.ts'
import { runHere } from '../support/command-line.ts'

/** A data directory with these files. */
function folderWith(...paths: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'connections-reset-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  for (const path of paths) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), '')
  }
  return folder
}
const reset = (folder: string, ...words: string[]) => runHere(['reset', '--data', folder, ...words])

describe('reset', () => {
  it('leaves a database alone that the dev stack did not make', async () => {
    for (const path of ['postgres/PG_VERSION', 'accounts-key.json']) {
      const folder = folderWith(path)
      const { code, errors } = await reset(folder, '--yes')
      expect(code).toBe(1)
      expect(errors).toContain('was not created by the dev stack')
      expect(existsSync(join(folder, path))).toBe(true)
    }
  })

  it('has nothing to do in a folder that is empty or not there, and makes none', async () => {
    const folder = folderWith('mine.txt')
    expect(await reset(folder)).toMatchObject({
      code: 0,
      output: `Nothing to delete in ${folder}.`,
    })
    expect(readdirSync(folder)).toEqual(['mine.txt'])
    const nowhere = join(folder, 'nowhere')
    expect(JSON.parse((await reset(nowhere, '--json')).output)).toEqual({ emptied: null })
    expect(existsSync(nowhere)).toBe(false)
  })

  it('asks before it deletes, and deletes what is the dev stack’s and nothing else', async () => {
    const folder = folderWith('mine.txt', 'accounts-key.json')
    await markFolder(folder)
    expect(await reset(folder)).toMatchObject({ code: 2, output: '' })
    const questions: string[] = []
    const answering = (answer: boolean) =>
      runHere(['reset', '--data', folder], {}, null, (question) => {
        questions.push(question)
        return Promise.resolve(answer)
      })
    expect(await answering(false)).toMatchObject({ code: 1, errors: 'Nothing was deleted.' })
    expect(existsSync(keyOf(folder))).toBe(true)
    expect(await answering(true)).toMatchObject({ code: 0, output: `Emptied ${folder}.` })
    expect(questions).toEqual(
      Array(2).fill(`Delete the database and the key of the dev stack in ${folder}?`),
    )
    expect(readdirSync(folder)).toEqual(['mine.txt'])
  })

  it('does not ask while the dev stack runs', async () => {
    const folder = folderWith()
    const { release } = await claim(folder, pid)
    await markFolder(folder)
    const { code, errors } = await reset(folder)
    expect(code).toBe(1)
    expect(errors).toContain(`already running: pid ${String(pid)}`)
    await release()
  })
})

describe('a dev stack', () => {
  it('is not started on a database that it did not make', async () => {
    const folder = folderWith('postgres/PG_VERSION')
    await expect(markFolder(folder)).rejects.toThrow('was not created by the dev stack')
    expect(readdirSync(clusterOf(folder))).toEqual(['PG_VERSION'])
    expect(readdirSync(folder)).toEqual(['postgres'])
  })

  it('writes over no file that is not its key', async () => {
    const folder = folderWith()
    writeFileSync(keyOf(folder), '{"users":[]}')
    await expect(markFolder(folder)).rejects.toThrow('was not created by the dev stack')
    expect(readdirSync(folder)).toEqual(['accounts-key.json'])
  })
})
