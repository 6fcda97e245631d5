import { Link } from '@tanstack/react-router'
import type { FriendRequest } from '../../../../kit/client/client.ts'
import {
  useCounts,
  useFriendRequests,
  useFriends,
  useProfile,
  useRequestFriend,
  useRespondFriendRequest,
  useSuggestions,
} from '../../../../kit/react/react.ts'
import { Listing } from '../frame/listing.tsx'
import { Page } from '../frame/page.tsx'
import { nameOf, PersonLink } from '../frame/person.tsx'
import { useSession } from '../signed-in.tsx'
import { useLanguage } from '../words/words.tsx'

/** What somebody sees first: who is there, who asks, and whom they may know. */
export function Home() {
  const { words } = useLanguage()
  const { me } = useSession()
  const { data: profile } = useProfile(me.id)
  const { home } = words
  const name = profile?.username == null ? null : nameOf(profile)
  return (
    <Page title={name === null ? home.welcome : home.hello(name)} wide>
      {profile?.username === null && (
        <section className="card call" aria-label={home.claim}>
          <p>{home.claimSentence}</p>
          <Link to="/welcome" className="button primary">
            {home.claim}
          </Link>
        </section>
      )}
      <Counts />
      <div className="columns">
        <div>
          <Requests />
          <Friends />
        </div>
        <aside>
          <Suggestions />
        </aside>
      </div>
    </Page>
  )
}

function Counts() {
  const { words, language } = useLanguage()
  const { data } = useCounts()
  const { home } = words
  const format = new Intl.NumberFormat(language)
  const counts = [
    [home.friends, data?.friends?.totalCount],
    [home.requests, data?.incomingRequests?.totalCount],
    [home.contacts, data?.contacts?.totalCount],
    [home.followers, data?.followers?.totalCount],
  ] as const
  return (
    <dl className="figures">
      {counts.map(([label, count]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{count === undefined ? '–' : format.format(count)}</dd>
        </div>
      ))}
    </dl>
  )
}

function Requests() {
  const { home } = useLanguage().words
  const query = useFriendRequests({ direction: 'INCOMING', status: 'PENDING' })
  if (query.rows.length === 0) return null
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">{home.requests}</h2>
      <Listing
        label={home.requests}
        query={query}
        rows={query.people}
        keyOf={({ id }) => id}
        row={(request) => <RequestRow request={request} />}
        empty={null}
      />
    </section>
  )
}

function RequestRow({ request }: { readonly request: FriendRequest }) {
  const { home } = useLanguage().words
  const respond = useRespondFriendRequest(request.requester.id)
  return (
    <PersonLink
      person={request.requester}
      end={
        <>
          <button
            type="button"
            className="button primary small"
            onClick={() => respond.mutate({ decision: 'ACCEPT' })}
          >
            {home.accept}
          </button>
          <button
            type="button"
            className="button small"
            onClick={() => respond.mutate({ decision: 'REJECT' })}
          >
            {home.ignore}
          </button>
        </>
      }
    />
  )
}

function Friends() {
  const { home } = useLanguage().words
  const query = useFriends({ orderBy: 'CLOSE_FIRST' }, { refetchInterval: 30_000 })
  return (
    <section aria-labelledby="friends">
      <h2 id="friends">{home.friends}</h2>
      <Listing
        label={home.friends}
        query={query}
        rows={query.people}
        keyOf={({ id }) => id}
        row={(friend) => <PersonLink person={friend} />}
        empty={<p>{home.noFriends}</p>}
      />
    </section>
  )
}

function Suggestions() {
  const { home } = useLanguage().words
  const query = useSuggestions({ first: 10 })
  return (
    <section aria-labelledby="suggestions">
      <h2 id="suggestions">{home.suggestions}</h2>
      <Listing
        label={home.suggestions}
        query={{ ...query, hasNextPage: false }}
        rows={query.people}
        keyOf={({ id }) => id}
        row={(person) => <PersonLink person={person} end={<Ask id={person.id} />} />}
        empty={<p>{home.noSuggestions}</p>}
      />
    </section>
  )
}

function Ask({ id }: { readonly id: string }) {
  const { home } = useLanguage().words
  const ask = useRequestFriend(id)
  return (
    <button
      type="button"
      className="button small"
      disabled={ask.isPending || ask.isSuccess}
      onClick={() => ask.mutate({})}
    >
      {ask.isSuccess ? home.asked : home.add}
    </button>
  )
}
