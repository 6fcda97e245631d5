/** What the page of a test shows, and to whom. */
export interface Setup {
  /** A component of `src/kit/react/ui`, or a sample. */
  readonly component: string
  /** Its props. `{ $call: 'name' }` stands for a function whose calls the test can read. */
  readonly props: Readonly<Record<string, unknown>>
  readonly viewer: string | null
  readonly token: string
  readonly language: Language
  readonly direction: 'ltr' | 'rtl'
  /** Whether the page hears of changes that others make. */
  readonly live: boolean
  /** Whether the host shows people in its own way. */
  readonly ownUsers: boolean
}

export type Language = 'en' | 'de' | 'ar'

/** A call of a function that the page gave to the component. */
export interface Call {
  readonly name: string
  readonly args: readonly unknown[]
}

declare global {
  var kitUi: { readonly setup: Setup; readonly calls: Call[] }
}
