/**
 * Why a command cannot go on, for whoever typed it. The message is whole, so it is printed without
 * a stack: what is wrong, and what to do about it.
 */
export class UserFacingError extends Error {
  override readonly name: string = 'UserFacingError'
  /** Whether the command line or the environment is wrong, and nothing was started. */
  readonly isMisuse: boolean = false
}
