/** What one GraphQL request may be. */
export const requestLimits = {
  /** Bytes of a request body. The most representations of users fit; a megabyte does not. */
  bodyBytes: 512 * 1024,
  /** Lexical tokens in one document. */
  tokens: 2_000,
  /** Fields, with every fragment spread out: what a document of doubling fragments multiplies. */
  fields: 1_000,
  /** Levels of fields below the operation. */
  depth: 12,
  /** Directives in one document. */
  directives: 50,
  /** Objects that an operation's lists could hold and the `@cost` of fields, down the tree. */
  cost: 20_000,
} as const
