/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The variables that are set, without white space at the ends of their values: a secret that is
 * read from a file ends with a line break. A variable that is empty then is not set.
 */
export function readEnvironment(env: Environment): Record<string, string> {
  const set: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    const trimmed = value?.trim() ?? ''
    if (trimmed !== '') set[name] = trimmed
  }
  return set
}
