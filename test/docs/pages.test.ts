import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runHere } from '../support/command-line.ts'
import { anchorsOf } from '../support/headings.ts'

// What the documents point to exists: links, headings, files, scripts and commands.

const root = join(import.meta.dirname, '..', '..')
const beside = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'src/kit/README.md']
const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => `docs/${path.replaceAll('\\', '/')}`)
const pages = [...beside.filter((path) => existsSync(join(root, path))), ...inDocs].map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}))
/** Records of decisions speak of the code as it was. */
const current = pages.filter(({ path }) => !/^docs\/decisions\/\d|^CHANGELOG/.test(path))

const withoutFences = (text: string) => text.replaceAll(/^```.*?^```$/gms, '')

/** What the finder objects to in these pages, each as `page: what`. */
function objections(
  those: typeof pages,
  find: (text: string, path: string) => readonly string[],
): string[] {
  return those.flatMap(({ path, text }) => find(text, path).map((what) => `${path}: ${what}`))
}

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)

describe('the documents', () => {
  it('link to files and headings that exist', () => {
    const dead = (text: string, path: string) =>
      matches(withoutFences(text), /\]\(([^)\s]+)\)/g)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => {
          const [file = '', anchor] = target.split('#')
          const whole = file === '' ? join(root, path) : join(root, dirname(path), file)
          if (!existsSync(whole)) return true
          if (anchor === undefined) return false
          return (
            statSync(whole).isDirectory() || !anchorsOf(readFileSync(whole, 'utf8')).has(anchor)
          )
        })
    expect(pages.flatMap(({ text }) => matches(text, /\]\(([^)\s]+)\)/g)).length).toBeGreaterThan(
      100,
    )
    expect(objections(pages, dead)).toEqual([])
  })

  it('name files and folders that exist', () => {
    const missing = (text: string) =>
      matches(text, /`((?:src|test|schema|prisma|docs|bin|\.ci)\/[\w@./-]*)`/g).filter(
        (path) => !existsSync(join(root, path)) && !path.startsWith('src/generated/'),
      )
    expect(objections(current, missing)).toEqual([])
  })

  it('name scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const unknown = (text: string) =>
      matches(text, /\bnpm run (?:-s )?([\w:-]+)/g).filter((name) => !(name in scripts))
    expect(objections(current, unknown)).toEqual([])
  })

  it('have no comments in their shell commands, because zsh runs `#` when it is typed', () => {
    const comments = (text: string) =>
      matches(text, /^ *```bash\n(.*?)^ *```$/gms)
        .flatMap((commands) => commands.split('\n'))
        .filter((line) => /(?:^|\s)#/.test(line))
    expect(objections(pages, comments)).toEqual([])
  })

  it('name commands that the command line has', async () => {
    const call =
      /(?:`connections|npx connections|src\/main\.ts) ((?:contacts |users |webhooks |events )?[a-z]+)/g
    const named = new Set(current.flatMap(({ text }) => matches(text, call)))
    expect(named.size).toBeGreaterThan(8)
    const unknown = []
    for (const name of named) {
      const { code, output } = await runHere([...name.split(' '), '--help'])
      const isThis = output.includes(`Usage: connections ${name}`)
      if (code !== 0 || !isThis) unknown.push(name)
    }
    expect(unknown).toEqual([])
  })

  it('are all reached from the README or from docs/README.md', () => {
    const index = ['README.md', 'docs/README.md', 'docs/decisions/README.md']
    const linked = new Set(
      pages
        .filter(({ path }) => index.includes(path))
        .flatMap(({ path, text }) =>
          matches(text, /\]\(([^)\s#]+)/g).map((target) =>
            relative(root, join(root, dirname(path), target)).replaceAll('\\', '/'),
          ),
        ),
    )
    expect(inDocs.filter((path) => path !== 'docs/README.md' && !linked.has(path))).toEqual([])
  })
})

describe('README.md', () => {
  it('has at most 10 KB, and tables of at most three columns', () => {
    const { text = '' } = pages.find(({ path }) => path === 'README.md') ?? {}
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10 * 1024)
    const rows = text.split('\n').filter((line) => line.startsWith('|'))
    expect(rows.filter((row) => row.split('|').length > 5 || row.length > 80)).toEqual([])
  })
})

describe('CONTRIBUTING.md', () => {
  it('has at most 6 KB', () => {
    expect(statSync(join(root, 'CONTRIBUTING.md')).size).toBeLessThanOrEqual(6 * 1024)
  })
})
