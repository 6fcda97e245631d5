import { InvalidArgumentError } from 'commander'
import { parseUserId } from '../../graphql/ids.ts'

/** Reads an id. */
export function uuidFrom(text: string): string {
  const id: string | null = parseUserId(text)
  if (id === null) throw new InvalidArgumentError('It must be a UUID.')
  return id
}
