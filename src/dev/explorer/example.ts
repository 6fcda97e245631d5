/** A document that tells a piece of the story. What the menu says of it stands in its own first lines. */
export interface Example {
  /** The file, without what orders it: `my-contacts`. */
  readonly name: string
  readonly title: string
  /** What it shows, in a sentence or two. */
  readonly sentence: string
  /** Whom to be for it. */
  readonly as: string
  /** Who must answer it; null when it does not matter. */
  readonly via: Via | null
  /** The whole file. */
  readonly document: string
}

/** Who answers: the gateway, over all subgraphs, or our subgraph alone. */
export type Via = 'gateway' | 'subgraph'

/**
 * Reads an example:
 * ```graphql
 * # Its title
 * # What it shows, in as many lines as it takes.
 * # As: alice
 * # Via: subgraph
 * ```
 * @throws when the title, the sentence or `As` is missing
 */
export function parseExample(file: string, document: string): Example {
  const { title, sentence, as, via } = headOf(document)
  if (title === '' || sentence === '' || as === null) {
    throw new Error(`${file} must begin with comments: a title, a sentence, and \`As: alice\`.`)
  }
  const name = file.replace(/^\d+-/, '').replace(/\.graphql$/, '')
  return { name, title, sentence, as, via, document }
}

/** What the first lines of a document say, in the editor as in the file; empty and null where they say nothing. */
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
