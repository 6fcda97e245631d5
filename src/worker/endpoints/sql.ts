import { type Queryable, sql, type Transaction } from '../../database/sql.ts'

/** An endpoint as operators see it: without its secrets. */
export interface Endpoint {
  readonly id: string
  readonly url: string
  /** Null: all kinds. */
  readonly kinds: readonly string[] | null
  readonly state: 'enabled' | 'disabled'
  readonly disabledBecause: string | null
  readonly disabledAt: Date | null
  /** Since when every delivery failed. */
  readonly failingSince: Date | null
  /** Until when deliveries are signed with the old secret too. */
  readonly oldSecretUntil: Date | null
  readonly createdAt: Date
  /** Deliveries that are still to be made. */
  readonly pending: number
}

const columns = sql`
  id, url, kinds, state, disabled_because as "disabledBecause", disabled_at as "disabledAt",
  failing_since as "failingSince", created_at as "createdAt",
  case when previous_secret_until > now() then previous_secret_until end as "oldSecretUntil"`

/** All endpoints, or the one with this id; the oldest first. */
export async function selectEndpoints(
  from: Queryable,
  id: string | null = null,
): Promise<Endpoint[]> {
  return from.rows<Endpoint>(
    'webhooks.list',
    sql`
      select ${columns},
             (select count(*)::int from webhook_deliveries
               where endpoint_id = webhook_endpoints.id and state = 'pending') as pending
        from webhook_endpoints
       where ${id}::uuid is null or id = ${id}::uuid
       order by created_at, id`,
  )
}

/** Where to send, and the secrets to sign with; null for an unknown endpoint. */
export async function selectDestination(
  from: Queryable,
  id: string,
): Promise<{ readonly url: string; readonly secrets: readonly Buffer[] } | null> {
  const [row] = await from.rows<{ url: string; secret: Buffer; previous: Buffer | null }>(
    'webhooks.destination',
    sql`
      select url, secret, case when previous_secret_until > now() then previous_secret end as previous
        from webhook_endpoints
       where id = ${id}::uuid`,
  )
  if (row === undefined) return null
  return {
    url: row.url,
    secrets: row.previous === null ? [row.secret] : [row.secret, row.previous],
  }
}

/** @returns the id of the new endpoint */
export async function insertEndpoint(
  tx: Transaction,
  { url, kinds, secret }: { url: string; kinds: readonly string[] | null; secret: Buffer },
): Promise<string> {
  const rows = await tx.rows<{ id: string }>(
    'webhooks.add',
    sql`
      insert into webhook_endpoints (url, kinds, secret)
      values (${url}, ${kinds}::text[], ${secret}::bytea)
      returning id`,
  )
  return rows.map(({ id }) => id).join()
}

/** @returns whether there is such an endpoint; one that is disabled keeps its reason */
export async function disableEndpoint(
  tx: Transaction,
  id: string,
  reason: string,
): Promise<boolean> {
  const rows = await tx.rows(
    'webhooks.disable',
    sql`
      update webhook_endpoints
         set state = 'disabled',
             disabled_because = case state when 'enabled' then ${reason}::text else disabled_because end,
             disabled_at = coalesce(disabled_at, now())
       where id = ${id}::uuid
      returning id`,
  )
  return rows.length === 1
}

/**
 * Begins anew: what failed before counts no more.
 * @returns whether there is such an endpoint
 */
export async function enableEndpoint(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.rows(
    'webhooks.enable',
    sql`
      update webhook_endpoints
         set state = 'enabled', disabled_because = null, disabled_at = null, failing_since = null,
             paused_until = null
       where id = ${id}::uuid
      returning id`,
  )
  return rows.length === 1
}

/** Removes an endpoint with all of its deliveries. @returns whether there was one */
export async function deleteEndpoint(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.rows(
    'webhooks.remove',
    sql`delete from webhook_endpoints where id = ${id}::uuid returning id`,
  )
  return rows.length === 1
}

/**
 * Replaces the secret. Deliveries are signed with the old one too for so many hours, or not at all
 * any more when it is revoked.
 * @returns null when the secret before the old one is still signed with, or there is no such
 * endpoint
 */
export async function replaceSecret(
  tx: Transaction,
  id: string,
  secret: Buffer,
  { hours, revokeOld }: { hours: number; revokeOld: boolean },
): Promise<{ readonly url: string; readonly oldSecretUntil: Date | null } | null> {
  const [row] = await tx.rows<{ url: string; oldSecretUntil: Date | null }>(
    'webhooks.rotate',
    sql`
      update webhook_endpoints
         set secret = ${secret}::bytea,
             previous_secret = case when not ${revokeOld}::bool then secret end,
             previous_secret_until = case when not ${revokeOld}::bool
                                          then now() + make_interval(hours => ${hours}::int) end
       where id = ${id}::uuid
         and (${revokeOld}::bool or previous_secret_until is null or previous_secret_until <= now())
      returning url, previous_secret_until as "oldSecretUntil"`,
  )
  return row ?? null
}
