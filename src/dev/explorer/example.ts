/** A document to try. The first lines of its file say what the menu shows. */
export interface Example {
  /** The file name without its number and ending: `my-contacts`. */
  readonly name: string
  /** The heading in the menu, from the folder's name: `Friend requests`. */
  readonly section: string
  readonly title: string
  /** What it shows, in a sentence or two. */
  readonly sentence: string
  /** The person to run it as. */
  readonly as: string
  /** The endpoint that it needs; null when either will do. */
  readonly via: Via | null
  /** The whole file. */
  readonly document: string
}

/** The endpoint: the gateway over all subgraphs, or this subgraph alone. */
export type Via = 'gateway' | 'subgraph'

/**
 * Reads an example:
 * ```graphql
 * # Its title
 * # What it shows, in as many lines as it takes.
 * # As: alice
 * # Via: subgraph
 * ```
 * @param path below the folder of examples: `5-contacts/1-my-contacts.graphql`
 * @throws when the folder, the title, the sentence or `As` is missing
 */
export function parseExample(path: string, document: string): Example {
  const { title, sentence, as, via } = headOf(document)
  const [folder = '', file] = path.split(/[/\\]/)
  if (file === undefined || title === '' || sentence === '' || as === null) {
    throw new Error(
      `${path} must be in a folder and begin with comments: a title, a sentence, and \`As: alice\`.`,
    )
  }
  const words = unnumbered(folder).replaceAll('-', ' ')
  return {
    name: unnumbered(file).replace(/\.graphql$/, ''),
    section: words.charAt(0).toUpperCase() + words.slice(1),
    title,
    sentence,
    as,
    via,
    document,
  }
}

/** A file or folder name without the number that orders it. */
const unnumbered = (name: string): string => name.replace(/^\d+-/, '')

/** What the first comment of a document says. Empty or null where it says nothing. */
export interface Head {
  readonly title: string
  readonly sentence: string
  readonly as: string | null
  readonly via: Via | null
}

/** Reads the comment that a document begins with. */
export function headOf(document: string): Head {
  const [title = '', ...lines] = commentLines(document)
  const value = (key: string) =>
    lines
      .find((line) => line.startsWith(`${key}:`))
      ?.slice(key.length + 1)
      .trim() ?? null
  const via = value('Via')
  return {
    title,
    sentence: lines.filter((line) => !/^(As|Via):/.test(line)).join(' '),
    as: value('As'),
    via: via === 'gateway' || via === 'subgraph' ? via : null,
  }
}

/** The lines of the comment that a document begins with, without the marks. */
function commentLines(document: string): string[] {
  const lines = document.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('#'))
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map((line) => line.replace(/^#+/, '').trim())
}
