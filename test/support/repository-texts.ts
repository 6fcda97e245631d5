import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/** Folders in which every text is ours, and files that sit beside them. */
const folders = ['.ci', 'docs', 'prisma', 'schema', 'src', 'test']

/** Not ours to word, or not text. */
const skipped = new Set(['.png', '.svg', '.ico', '.woff2', '.gz', '.db', '.sqlite'])

/** A text of the repository, with its path below the root. */
export interface RepositoryText {
  readonly path: string
  readonly text: string
}

/**
 * Every text of the repository that somebody wrote: code, comments, schema, SQL, tests, documents.
 */
export function readRepositoryTexts(): RepositoryText[] {
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  )
  const beside = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'package-lock.json')
    .filter((entry) => entry.name !== '.env' && !entry.name.endsWith('.tsbuildinfo'))
    .map((entry) => entry.name)
  return [...inFolders, ...beside]
    .map((path) => path.replaceAll('\\', '/'))
    .filter(
      (path) => !skipped.has(extname(path)) && !/(^|\/)(generated|dist|node_modules)\//.test(path),
    )
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/**
 * A text with its line breaks taken out, those of comments too: a citation may be broken over two
 * lines.
 */
export function inOneLine(text: string): string {
  return text.replace(/\n[ \t]*(?:\*(?!\/)|--|\/\/\/?|#|>)?[ \t]*/g, ' ')
}
