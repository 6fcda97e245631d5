import { reasonsOf } from '../../../src/modules/suggestions/rules.ts'
import type { QuestionName } from '../options.ts'
import type { Answered } from './words.ts'

interface ByHand {
  readonly statement: string
  readonly values: (viewer: string, people: readonly string[]) => unknown[]
  /** The answer in the shape of our own schema. */
  readonly data: (rows: Answered[], people: readonly string[]) => object
}

const card = `card.username, card.introduced, card.display_name, card.avatar_url, card.bio, card.city, card.region,
  card.sport_preferences`

const cardAsJson = `'card', (select to_json(card) from summaries as card where card.person = page.id)`

export const answers: Readonly<Record<QuestionName, ByHand>> = {
  Q1: {
    statement: `
      with page as materialized (
        select friend_id, friendship_level, created_at
          from user_friends where user_id = $1::uuid
         order by created_at desc, friend_id desc limit 21)
      select page.*, ${card}
        from page
        join user_summaries(array(select friend_id from page)) as card on card.person = page.friend_id
       order by page.created_at desc, page.friend_id desc`,
    values: (viewer) => [viewer],
    data: (rows) => ({
      viewer: {
        friends: {
          edges: rows.slice(0, 20).map((row) => ({
            level: row.friendship_level.toUpperCase(),
            since: row.created_at,
            node: { id: row.friend_id, ...shown(row) },
          })),
          pageInfo: pageInfo(rows, 'created_at', 'friend_id'),
        },
      },
    }),
  },
  Q2: {
    statement: `
      select tie.*, ${card}
        from my_pair_summaries($1::uuid[]) as tie left join user_summaries($1::uuid[]) as card on card.person = tie.other`,
    values: (_viewer, people) => [people],
    data: (rows, people) => {
      const known = new Map(rows.map((row) => [row.other, row]))
      return { _entities: people.map((id) => person(id, known.get(id))) }
    },
  },
  Q3: {
    statement: `
      with contacts as materialized (
        select contact_user_id as id, created_at as at
          from user_contacts
         where owner_user_id = $1::uuid and contact_user_id not in (select bench.hidden_users())
         order by contact_user_id limit 21
      ), friends as materialized (
        select friend as id, level, since as at, is_online
          from close_first_friends($1::uuid, null, null, '{}', 60, null, 0, 'infinity',
                                   'ffffffff-ffff-ffff-ffff-ffffffffffff', 21)
      ), summaries as materialized (
        select * from user_summaries(array(select id from contacts union select id from friends))
      )
      select (select json_agg(json_build_object('id', page.id, 'at', page.at, ${cardAsJson}) order by page.id)
                from contacts as page) as contacts,
             (select json_agg(json_build_object('id', page.id, 'at', page.at, 'level', page.level, ${cardAsJson})
                              order by page.level, page.is_online desc, page.at desc, page.id desc)
                from friends as page) as friends,
             (select count(*)::int from user_friend_requests
               where target_user_id = $1::uuid and not quiet and status = 'pending' and expires_at > now()
                 and requester_user_id not in (select bench.hidden_users())) as incoming,
             (select count(*)::int from user_friend_requests
               where requester_user_id = $1::uuid and status in ('pending', 'rejected') and expires_at > now()
                 and target_user_id not in (select bench.hidden_users())) as outgoing,
             (select count(*)::int from user_blocks
               where blocker_user_id = $1::uuid and (expires_at is null or expires_at > now())) as blocks`,
    values: (viewer) => [viewer],
    data: ([row]) => ({
      viewer: {
        contacts: {
          edges: row.contacts.slice(0, 20).map((one: Answered) => ({
            addedAt: new Date(one.at),
            node: { id: one.id, ...shown(one.card) },
          })),
          pageInfo: pageInfo(row.contacts, 'id', 'id'),
        },
        friends: {
          edges: row.friends.slice(0, 20).map((one: Answered) => ({
            level: one.level.toUpperCase(),
            since: new Date(one.at),
            node: { id: one.id, ...shown(one.card) },
          })),
          pageInfo: pageInfo(row.friends, 'at', 'id'),
        },
        incoming: { totalCount: row.incoming },
        outgoing: { totalCount: row.outgoing },
        blocks: { totalCount: row.blocks },
      },
    }),
  },
  Q4: {
    statement: `select * from bench.suggested_people()`,
    values: () => [],
    data: (rows) => ({
      viewer: {
        suggestions: {
          edges: rows.slice(0, 25).map((row) => ({
            score: row.score,
            reasons: reasonsOf({
              friendCount: row.friend_count,
              followCount: row.follow_count,
              gameCount: row.game_count,
              sportCount: row.sport_count,
              placeShare: row.place_share,
            }),
            node: person(row.candidate, { ...row, present: true }),
          })),
          pageInfo: {
            hasNextPage: rows.length > 25,
            endCursor: `${String(rows[24]?.score)}|${String(rows[24]?.candidate)}`,
          },
        },
      },
    }),
  },
  Q5: {
    statement: `
      select page.other, page.since, counted.count
        from count_followers($1::uuid[]) as counted
        join follower_pages($1::uuid[], 21, 42, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff') as page
          on page.owner = counted.owner
       where page.other is not null
       order by page.since desc, page.other desc`,
    values: (_viewer, people) => [people],
    data: (rows) => ({
      _entities: [
        {
          followers: {
            edges: rows.slice(0, 20).map(({ since, other }) => ({ since, node: { id: other } })),
            totalCount: rows[0].count,
            pageInfo: pageInfo(rows, 'since', 'other'),
          },
        },
      ],
    }),
  },
}

function pageInfo(rows: Answered[], at: string, id: string) {
  const last = rows[Math.min(rows.length, 20) - 1]
  const position = `${String(last?.[at])}|${String(last?.[id])}`
  return {
    hasNextPage: rows.length > 20,
    endCursor: Buffer.from(position).toString('base64url'),
  }
}

/** What a person shows, from a row of `user_summaries`; nothing for one who is hidden. */
function shown(row: Answered) {
  if (row?.introduced !== true) return { username: row?.username ?? null, profile: null }
  return {
    username: row.username,
    profile: {
      displayName: row.display_name,
      avatarUrl: row.avatar_url,
      bio: row.bio,
      city: row.city,
      region: row.region,
      sportPreferences: row.sport_preferences,
    },
  }
}

function person(id: string, row: Answered) {
  const between = row.present && !row.blocks
  return {
    id,
    ...shown(row),
    relationship: {
      isContact: between && row.is_contact,
      isFollowing: between && row.follows,
      isFollowedBy: between && row.followed_by,
      isBlocking: row.blocks,
      friendshipLevel: between ? (row.friendship_level?.toUpperCase() ?? null) : null,
      friendsSince: between ? row.friends_since : null,
    },
  }
}
