/** Something the developer can fix. The message is whole: what is wrong and what to do; the command line prints it without a stack. */
export class Trouble extends Error {
  override readonly name = 'Trouble'
}
