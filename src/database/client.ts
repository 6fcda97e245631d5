import pg from 'pg'
import { breakOff } from './interrupt.ts'

type Connected = (error: Error | null, client?: pg.Client) => void

/**
 * A connection of a pool, closed when nobody can log in on it. The driver leaves it open where it
 * gives up itself, such as when Postgres asks for a password and there is none: each would be one
 * of those that Postgres allows, until `authentication_timeout`, a minute.
 */
export class ClosingClient extends pg.Client {
  override connect(): Promise<pg.Client>
  override connect(connected: Connected): void
  override connect(connected?: Connected): Promise<pg.Client> | void {
    if (connected === undefined) return super.connect()
    super.connect((error: Error | null) => {
      if (error !== null) breakOff(this)
      connected(error, this)
    })
  }
}

/** Whether Postgres asked for a password that the URL lacks: the driver has no code for it. */
export function isPasswordMissing({ message }: Error): boolean {
  return /client password must be a (non-empty )?string/.test(message)
}
