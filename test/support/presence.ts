import type { Pool } from 'pg'
import { expect } from 'vitest'
import type { Asker, Person, TestService } from './test-service.ts'

export const Heartbeat = `mutation {
  heartbeat { changed presence { status lastSeenAt } viewer { id } userErrors { code field message } }
}`

/** The payload of a heartbeat. */
export async function heartbeat(who: Asker) {
  const { data, body, statements } = await who.ask(Heartbeat)
  if (data?.heartbeat === undefined || data.heartbeat === null) throw new Error(body)
  return { ...data.heartbeat, statements }
}

/** Lets a person have been here so many seconds ago. */
export async function seen(app: TestService, person: Person, secondsAgo: number): Promise<void> {
  await app.admin.query(
    `insert into user_presence values ($1, now() - make_interval(secs => $2))
         on conflict (user_id) do update set last_seen_at = excluded.last_seen_at`,
    [person.id, secondsAgo],
  )
}

/** When the person was last here, as it is written; null for nothing. */
export async function writtenPresence(admin: Pool, { id }: Person): Promise<Date | null> {
  const { rows } = await admin.query<{ last_seen_at: Date }>(
    'select last_seen_at from user_presence where user_id = $1',
    [id],
  )
  return rows[0]?.last_seen_at ?? null
}

/** Waits until it is written that the person was here. */
export async function untilWritten(admin: Pool, person: Person): Promise<Date> {
  const found = () => writtenPresence(admin, person)
  await expect.poll(found, { interval: 50 }).not.toBeNull()
  const at = await found()
  if (at === null) throw new Error('Nothing is written.')
  return at
}

/** The presence of somebody as another one reads it. */
export async function presenceOf(asker: Asker, { id }: { readonly id: string }) {
  const { data, errors } = await asker.ask(
    'query ($id: ID!) { user(id: $id) { presence { status lastSeenAt } } }',
    { id },
  )
  expect(errors).toEqual([])
  return data.user.presence
}

/** Lets only those see a person's presence. */
export async function showPresenceTo(person: Asker, audience: 'FRIENDS' | 'CLOSE' | 'NOBODY') {
  const { data } = await person.ask(
    `mutation ($to: PresenceAudience!) {
      updatePrivacySettings(settings: { presenceVisibility: $to }) { userErrors { code } }
    }`,
    { to: audience },
  )
  expect(data.updatePrivacySettings.userErrors).toEqual([])
}
