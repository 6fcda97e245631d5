import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Example, parseExample } from './example.ts'

const folder = join(import.meta.dirname, 'examples')

/**
 * All examples, in the order of their folders and file names.
 * @throws when a file is not an example, with the file's name
 */
export async function readExamples(): Promise<Example[]> {
  const files = (await readdir(folder, { recursive: true }))
    .filter((path) => path.endsWith('.graphql'))
    .sort()
  return Promise.all(
    files.map(async (file) => parseExample(file, await readFile(join(folder, file), 'utf8'))),
  )
}
