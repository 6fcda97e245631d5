import { type Environment, readEnvironment } from './environment.ts'
import { settings } from './settings.ts'

/** How many letters may be missing, wrong or too many. */
const mostMistakes = 2

/** Single words such as HOST are left out: HOME and POST are near them, and mean something else. */
const names = Object.keys(settings).filter((name) => name.includes('_'))

/**
 * Variables that are probably ours with a wrong name, a sentence each. The service ignores them, as
 * it ignores all variables that it does not know.
 */
export function misspelt(env: Environment): string[] {
  return Object.keys(readEnvironment(env)).flatMap((given) => {
    if (given in settings) return []
    const near = names
      .map((name) => ({ name, mistakes: distance(given.toUpperCase(), name) }))
      .filter(({ mistakes }) => mistakes <= mostMistakes)
      .sort((one, other) => one.mistakes - other.mistakes)[0]
    return near === undefined ? [] : [`Unknown variable ${given}; did you mean ${near.name}?`]
  })
}

/** Levenshtein's: how many letters to insert, remove or replace to make one text of the other. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > mostMistakes) return Infinity
  let row = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [line, letter] of Array.from(one).entries()) {
    const next = [line + 1]
    for (let column = 1; column <= other.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? Infinity
}
