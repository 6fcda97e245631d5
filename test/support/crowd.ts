import pg from 'pg'

/** Somebody whom ten thousand people know. */
export const crowded = '00000000-0000-4000-a000-000000000000'

/** Names as they come: long, without a space, of the other direction, without a letter. */
const oddNames = [
  'Maximiliane Alexandra Konstantinopoulou-Featherstonehaugh of Llanfairpwllgwyngyll',
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
  'محمد عبد الرحمن بن عبد العزيز',
  'שרה בת-ציון (Sarah) 42',
  '👩‍👩‍👧‍👦🏳️‍🌈🎉🎉🎉',
  '李小龍',
] as const

/** The id of one of the crowd, from 1. The first have the odd names. */
export function oneOfCrowd(place: number): string {
  return `00000000-0000-4000-a000-${String(place).padStart(12, '0')}`
}

/**
 * Gives `crowded` 10,000 friends, who are contacts as well, and 5,000 open friend requests.
 * @param adminUrl past all row security, because this would take long through the graph
 */
export async function gatherCrowd(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    await admin.query('begin')
    // Without triggers, which would keep accounts of each row.
    await admin.query('set local session_replication_role = replica')
    await admin.query(
      `create temporary table crowd on commit drop as
       select place, ('00000000-0000-4000-a000-' || lpad(place::text, 12, '0'))::uuid as id
         from generate_series(1, 15000) as place`,
    )
    await admin.query('insert into users (id) select id from crowd union select $1::uuid', [
      crowded,
    ])
    await admin.query(
      `insert into user_profiles (user_id, display_name)
       select id, left(coalesce(($1::text[])[place], 'Friend ' || place), 50) from crowd
        union
       select $2, 'Everybody’s Friend'`,
      [oddNames, crowded],
    )
    await admin.query(
      `insert into user_friends (user_id, friend_id, friendship_level, created_at)
       select $1::uuid, id, case when place <= 6 then 'close' else 'friend' end, now() - place * interval '1 minute'
         from crowd where place <= 10000
        union all
       select id, $1::uuid, case when place <= 6 then 'close' else 'friend' end, now() - place * interval '1 minute'
         from crowd where place <= 10000`,
      [crowded],
    )
    await admin.query(
      `insert into user_contacts (owner_user_id, contact_user_id)
       select $1::uuid, id from crowd where place <= 10000`,
      [crowded],
    )
    await admin.query(
      `insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, expires_at)
       select id, $1::uuid, 'friend', now() + interval '30 days' from crowd where place > 10000`,
      [crowded],
    )
    await admin.query('commit')
    await admin.query('vacuum (analyze)')
  } finally {
    await admin.end()
  }
}
