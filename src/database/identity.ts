import type { UserId } from '../graphql/ids.ts'

/** Nobody in particular: sees public things only. */
export interface Anonymous {
  readonly kind: 'anonymous'
}

/** The person who asks. */
export interface Viewer {
  readonly kind: 'viewer'
  readonly userId: UserId
}

/** Another backend, with its own token and no viewer. */
export interface Service {
  readonly kind: 'service'
  /**
   * For the log: the name of its own secret or, when it comes with the gateway's, who its token
   * says it is.
   */
  readonly name: string
  /** Whether it came with a secret of its own. */
  readonly hasOwnSecret?: true
}

/** The worker: what nobody asks for and has to be done. It can do what its policies name. */
export interface Worker {
  readonly kind: 'worker'
}

export type Identity = Anonymous | Viewer | Service | Worker

export const anonymous: Anonymous = { kind: 'anonymous' }
