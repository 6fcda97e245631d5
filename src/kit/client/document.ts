/** The text of an operation, with the types of its answer and of its variables. */
export type Document<Data, Variables> = string & {
  /** Of the type only; there is no such property. */
  readonly types?: (variables: Variables) => Data
}
