import type { UserPresenceStatus } from '../../generated/graphql.ts'
import { limits } from '../../limits.ts'

/** Whether somebody is here, for those who may know it. */
export interface Presence {
  readonly status: UserPresenceStatus
  /** Null: never sent a heartbeat. */
  readonly lastSeenAt: Date | null
}

/** Rule 10: what the last heartbeat of a person says of them now. */
export function presenceOf(lastSeenAt: Date | null, now: Date): Presence {
  const { onlineMs, awayMs } = limits.presence
  const age = lastSeenAt === null ? Infinity : now.getTime() - lastSeenAt.getTime()
  return { status: age <= onlineMs ? 'ONLINE' : age <= awayMs ? 'AWAY' : 'OFFLINE', lastSeenAt }
}
