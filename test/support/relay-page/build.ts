import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
} from 'graphql'
import { build, type Plugin } from 'vite'

const run = promisify(execFile)
/** Relay's compiler is a program for this machine, whose path is all that its package exports. */
const relayCompiler = createRequire(import.meta.url)('relay-compiler') as string
const root = join(import.meta.dirname, '..', '..', '..')

export interface RelayPage {
  /** The page's script, with all that it needs. */
  readonly script: string
  /** The text of the query by which Relay fetches the next page. */
  readonly pageQuery: string
}

/**
 * The page of followers, compiled by Relay's compiler for the graph of a gateway, and bundled.
 * @param url the gateway's GraphQL
 * @throws what the compiler or the bundler says is wrong
 */
export async function buildRelayPage(url: string): Promise<RelayPage> {
  // Below node_modules, so that the page finds React and Relay.
  const folder = join(root, 'node_modules', '.cache', `relay-page-${randomUUID()}`)
  try {
    await cp(join(import.meta.dirname, 'followers.js'), join(folder, 'followers.js'))
    await writeFile(join(folder, 'schema.graphql'), await schemaOf(url))
    await mkdir(join(folder, 'extensions'))
    await writeFile(join(folder, 'extensions', 'fetchable.graphql'), await extension())
    const config = {
      src: '.',
      schema: 'schema.graphql',
      schemaExtensions: ['extensions'],
      language: 'javascript',
      eagerEsModules: true,
      // By itself the compiler looks at nothing below node_modules.
      excludes: ['**/__generated__/**'],
    }
    await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config))
    await run(relayCompiler, ['relay.config.json'], { cwd: folder })
    const pageQuery = await readFile(
      join(folder, '__generated__', 'followersPageQuery.graphql.js'),
      'utf8',
    )
    return { script: await bundle(folder), pageQuery }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function schemaOf(url: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery() }),
  })
  const { data } = (await response.json()) as { data: IntrospectionQuery }
  return printSchema(buildClientSchema(data))
}

/** What docs/relationships.md tells Relay projects to add. */
async function extension(): Promise<string> {
  const guide = await readFile(join(root, 'docs/relationships.md'), 'utf8')
  const [, sdl] = /```graphql\n(directive @fetchable[^`]+)```/.exec(guide) ?? []
  if (sdl === undefined) throw new Error('docs/relationships.md has no @fetchable for Relay.')
  return sdl
}

async function bundle(folder: string): Promise<string> {
  await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    plugins: [artifacts()],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2024',
      rolldownOptions: {
        input: join(folder, 'followers.js'),
        output: { entryFileNames: 'page.js' },
      },
    },
  })
  return readFile(join(folder, 'dist', 'page.js'), 'utf8')
}

/** Puts what Relay's compiler has made in the place of each `graphql` text. */
function artifacts(): Plugin {
  return {
    name: 'relay-artifacts',
    transform: (code, id) => {
      if (!id.endsWith('/followers.js')) return null
      const names: string[] = []
      const page = code.replaceAll(/graphql`\s*\w+ (\w+)[^`]*`/g, (_text, name: string) => {
        names.push(name)
        return name
      })
      return (
        names.map((name) => `import ${name} from './__generated__/${name}.graphql.js'\n`).join('') +
        page
      )
    },
  }
}
