import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** A file that becomes part of somebody's app. */
interface RegistryFile {
  readonly path: string
  readonly type: 'registry:component' | 'registry:lib'
  readonly target: string
  readonly content: string
}

/** One component, as the command line of shadcn takes it (`registry-item.json`). */
export interface RegistryItem {
  readonly $schema: string
  readonly name: string
  readonly type: 'registry:component'
  readonly title: string
  readonly description: string
  /** Packages to install. The kit itself is there already: items come from it. */
  readonly dependencies: readonly string[]
  readonly files: readonly RegistryFile[]
}

const ui = join(import.meta.dirname, 'react/ui')
const components = [
  'FriendRequestButton',
  'FriendRequestList',
  'FriendsList',
  'FriendshipLevelBadge',
  'BlockUserAction',
  'BlockedUsersList',
  'ContactsList',
  'SuggestionsList',
  'ContactLinkSharing',
  'ContactLinkPreview',
  'UsernameClaim',
  'PrivacySettings',
  'ProfileCard',
]

/**
 * The components for those who want to own their code: each with everything of `react/ui` that it
 * needs. Their hooks still come from the package.
 */
export function registryItems(): RegistryItem[] {
  return components.map((title) => {
    const name = title.replaceAll(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
    const paths = [...closureOf([`${name}.tsx`, 'connections-ui.tsx'])].sort()
    const files = paths.map(fileOf)
    const needsCodes = files.some(({ content }) => content.includes("import('uqr')"))
    return {
      $schema: 'https://ui.shadcn.com/schema/registry-item.json',
      name,
      type: 'registry:component',
      title,
      description: descriptionOf(title, `${name}.tsx`),
      dependencies: needsCodes ? [`uqr@${versionOf('uqr')}`] : [],
      files,
    }
  })
}

/** Files with all that they import of their own folder. */
function closureOf(paths: readonly string[], found = new Set<string>()): Set<string> {
  for (const path of paths) {
    if (found.has(path)) continue
    found.add(path)
    const imported = [...read(path).matchAll(/ from '(\.[^']+)'/g)]
      .map(([, from = '']) => normalize(join(dirname(path), from)))
      .filter((each) => !each.startsWith('..'))
    closureOf(imported, found)
  }
  return found
}

function fileOf(path: string): RegistryFile {
  const isComponent = path.endsWith('.tsx')
  const content = read(path).replaceAll(
    / from '(\.[^']+)'/g,
    (_, from: string) => ` from '${ofAnApp(path, from)}'`,
  )
  return {
    path: `connections/${path}`,
    type: isComponent ? 'registry:component' : 'registry:lib',
    target: `components/connections/${path}`,
    // Next has to know where the browser begins.
    content: isComponent ? `'use client'\n${content}` : content,
  }
}

/** What an import is called in an app: hooks and client are those of the package. */
function ofAnApp(path: string, from: string): string {
  const file = normalize(join(dirname(path), from))
  if (file.startsWith('../../client/')) return 'connections-kit/client'
  if (file.startsWith('../')) return 'connections-kit/react'
  return from.replace(/\.tsx?$/, '')
}

/** The first sentence of what stands above the component. */
function descriptionOf(title: string, path: string): string {
  const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*export function ${title}\\b`)
  const text =
    comment
      .exec(read(path))?.[1]
      ?.replaceAll(/\s*\n? \* ?|\s+/g, ' ')
      .trim() ?? ''
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text
}

function versionOf(dependency: string): string {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  return manifest.dependencies[dependency] ?? ''
}

function read(path: string): string {
  return readFileSync(join(ui, path), 'utf8')
}
