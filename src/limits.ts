/** Every allowance of the service, in one table. The numbers of RULES are defaults here and nowhere else. */
export const limits = {
  /** Lists, unless they say otherwise below. */
  page: { standard: 20, most: 100 },
  /** RULES 1.4: contacts are paged as they were in the old service. */
  contactsPage: { standard: 10, most: 50 },
  /** Ids in one `registerUsers`. */
  registeredAtOnce: 1_000,
  /** Representations in one `_entities`: a gateway that has more sends them in several requests. */
  entitiesAtOnce: 100,
  request: {
    /** Bytes of a request body. A thousand ids fit; a megabyte of anything does not. */
    bodyBytes: 128 * 1024,
    /** Lexical tokens in one document. */
    tokens: 2_000,
    /** Fields, with every fragment spread out: what a document of doubling fragments multiplies. */
    fields: 1_000,
    /** Levels of fields below the operation. */
    depth: 12,
    /** Directives in one document. */
    directives: 50,
    /** Objects that the lists of one operation could hold, multiplied down the tree. */
    objects: 20_000,
  },
} as const
