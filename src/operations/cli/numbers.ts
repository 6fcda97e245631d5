import { InvalidArgumentError } from 'commander'

/** Reads a whole number from 1 to `most`. */
export function upTo(most: number) {
  return (text: string): number => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < 1 || number > most)
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`)
    return number
  }
}
