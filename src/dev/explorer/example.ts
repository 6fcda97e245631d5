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
  const [title = '', ...lines] = commentLines(document)
  const { as, via } = wishesOf(document)
  const sentence = lines.filter((line) => !/^(As|Via):/.test(line)).join(' ')
  if (title === '' || sentence === '' || as === null) {
    throw new Error(`${file} must begin with comments: a title, a sentence, and \`As: alice\`.`)
  }
  const name = file.replace(/^\d+-/, '').replace(/\.graphql$/, '')
  return { name, title, sentence, as, via, document }
}

/** Whom a document wants to be sent by, and to whom, as its first lines say; null where they don't. */
export function wishesOf(document: string): { as: string | null; via: Via | null } {
  const value = (key: string) =>
    commentLines(document)
      .find((line) => line.startsWith(`${key}:`))
      ?.slice(key.length + 1)
      .trim() ?? null
  const via = value('Via')
  return { as: value('As'), via: via === 'gateway' || via === 'subgraph' ? via : null }
}

/** The lines of the comment that a document begins with, without the marks. */
function commentLines(document: string): string[] {
  const lines = document.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('#'))
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map((line) => line.replace(/^#+/, '').trim())
}
