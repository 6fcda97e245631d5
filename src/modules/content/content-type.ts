/** A kind of content that another subgraph owns, such as games: what `CONTENT` says of it. */
export interface ContentType {
  /** Of the entity. */
  readonly name: string
  /** The field that says whose it is, a `User`. */
  readonly owner: string
  /** The field that says whom it is open to. */
  readonly visibility: string
  /** The enum of that field: `PUBLIC`, `FRIENDS` and `CLOSE`. */
  readonly visibilityEnum: string
  /**
   * Those of the two fields that can be null where they are owned: federation wants the same of
   * both sides.
   */
  readonly nullable: readonly string[]
}

/** How an entry of `CONTENT` is written. */
const form = 'Type:ownerField:visibilityField:VisibilityEnum'

/** Fields that every content type has from here. */
const ownFields = ['id', 'visibleToViewer']

/** Names of GraphQL's own types. */
const givenTypes = ['ID', 'String', 'Int', 'Float', 'Boolean']

/**
 * Reads the entries of `CONTENT`.
 * @param entries each as `Type:ownerField:visibilityField:VisibilityEnum`; a `?` after a field: it
 * can be null
 * @param taken the names of our own types
 * @returns the types that can be, and why the others cannot: a sentence each, which names the entry
 */
export function parseContentTypes(
  entries: readonly string[],
  taken: ReadonlySet<string>,
): { readonly types: readonly ContentType[]; readonly problems: readonly string[] } {
  const types: ContentType[] = []
  const problems: string[] = []
  for (const [place, entry] of entries.entries()) {
    const type = parseEntry(entry)
    const wrong = typeof type === 'string' ? [type] : problemsOf(type, types, taken)
    if (typeof type === 'object' && wrong.length === 0) types.push(type)
    problems.push(...[...new Set(wrong)].map((problem) => `entry ${place + 1}: ${problem}`))
  }
  return { types, problems }
}

/** @returns what is wrong with the form of an entry, when it is not one */
function parseEntry(entry: string): ContentType | string {
  const parts = entry.split(':').map((part) => part.trim())
  const [name, ownerField, visibilityField, visibilityEnum, ...more] = parts
  if (
    name === undefined ||
    ownerField === undefined ||
    visibilityField === undefined ||
    visibilityEnum === undefined ||
    more.length > 0
  ) {
    return `has ${parts.length} ${parts.length === 1 ? 'part' : 'parts'}, not the four of ${form}`
  }
  const fields = [ownerField, visibilityField]
  const [owner = '', visibility = ''] = fields.map(withoutMark)
  const nullable = fields.filter((field) => field.endsWith('?')).map(withoutMark)
  return { name, owner, visibility, visibilityEnum, nullable }
}

const withoutMark = (field: string) => field.replace(/\?$/, '')

function problemsOf(
  { name, owner, visibility, visibilityEnum }: ContentType,
  before: readonly ContentType[],
  taken: ReadonlySet<string>,
): string[] {
  const unfit = [name, owner, visibility, visibilityEnum].filter((text) => !isName(text))
  if (unfit.length > 0) return unfit.map((text) => `${shown(text)} is not a name that GraphQL has`)
  const ownType = [name, visibilityEnum].filter((type) => taken.has(type))
  const given = [name, visibilityEnum].filter((type) => givenTypes.includes(type))
  const reserved = [owner, visibility].filter((field) => ownFields.includes(field))
  return [
    ...ownType.map((type) => `${type} is a type of this subgraph`),
    ...given.map((type) => `${type} is a type of GraphQL itself`),
    ...reserved.map((field) => `the field ${field} is there in every content type`),
    ...(owner === visibility ? [`${owner} cannot be both the owner and the visibility`] : []),
    ...(name === visibilityEnum ? [`${name} cannot be both the type and the enum`] : []),
    ...before.flatMap((other) => [
      ...(other.name === name ? [`${name} is there twice`] : []),
      ...(other.name === visibilityEnum ? [`${visibilityEnum} is a type, not an enum`] : []),
      ...(other.visibilityEnum === name ? [`${name} is an enum, not a type`] : []),
    ]),
  ]
}

/**
 * Two underscores are GraphQL's at the beginning of a name, and federation's within it; one begins
 * a name of federation.
 */
const isName = (text: string) => /^[A-Za-z][A-Za-z0-9_]*$/.test(text) && !text.includes('__')

/** A text that may hold anything, as it can be printed. */
const shown = (text: string) => JSON.stringify(text.slice(0, 64))
