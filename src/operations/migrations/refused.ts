/** The database and the migrations don't fit, and going on could harm. The message names what is wrong and the fix. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}
