/** The move cannot go on, and somebody can do something about it: the message says what. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused'
}
