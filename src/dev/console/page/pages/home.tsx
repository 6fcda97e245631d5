import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useCounts, useProfile } from '../../../../kit/react/react.ts'
import {
  FriendRequestList,
  FriendsList,
  isolate,
  SuggestionsList,
} from '../../../../kit/react/ui/ui.ts'
import { Page } from '../frame/page.tsx'
import { useSession } from '../signed-in.tsx'
import { useLanguage, useWords } from '../words/words.tsx'

/** So many friends fit on a screen; who has more may want to search. */
const manyFriends = 12

/** What somebody sees first: who is there, who asks, and whom they may know. */
export function Home() {
  const { home } = useWords()
  const { me } = useSession()
  const { data: profile } = useProfile(me.id)
  const { data: counts } = useCounts()
  const name = profile?.profile?.displayName ?? profile?.username ?? null
  const isNew = profile?.username === null
  const isAsked = (counts?.incomingRequests?.totalCount ?? 0) > 0
  // The requests stay when the last one is answered: the focus is there.
  const [wasAsked, setWasAsked] = useState(isAsked)
  if (isAsked && !wasAsked) setWasAsked(true)
  return (
    <Page title={name === null ? home.welcome : home.hello(isolate(name))} wide>
      {isNew && (
        <section className="card call" aria-label={home.claim}>
          <p>{home.claimSentence}</p>
          <Link to="/welcome" className="button primary">
            {home.claim}
          </Link>
        </section>
      )}
      <Counts />
      <div className="home">
        {(isAsked || wasAsked) && (
          <div className="home-requests">
            <FriendRequestList box="incoming" heading={home.requests} />
            <Link to="/requests" className="button">
              {home.allRequests}
            </Link>
          </div>
        )}
        <div className="home-friends" id="friends">
          <Friends number={counts?.friends?.totalCount ?? 0} />
        </div>
        <div className="home-suggestions">
          <SuggestionsList first={10} />
        </div>
      </div>
    </Page>
  )
}

function Friends({ number }: { readonly number: number }) {
  const { home } = useWords()
  const [search, setSearch] = useState('')
  return (
    <>
      {(number > manyFriends || search !== '') && (
        <input
          type="search"
          className="input"
          value={search}
          aria-label={home.searchFriends}
          placeholder={home.searchFriends}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <FriendsList
        search={search.trim()}
        emptyAction={
          <Link to="/people" className="button">
            {home.find}
          </Link>
        }
      />
    </>
  )
}

function Counts() {
  const { words, language } = useLanguage()
  const { data } = useCounts()
  const { home } = words
  const format = new Intl.NumberFormat(language)
  const counts = [
    [{ to: '/', hash: 'friends' }, 'friends', data?.friends?.totalCount],
    [{ to: '/requests' }, 'requests', data?.incomingRequests?.totalCount],
    [{ to: '/contacts' }, 'contacts', data?.contacts?.totalCount],
    [{ to: '/people', search: { tab: 'followers' } }, 'followers', data?.followers?.totalCount],
  ] as const
  return (
    <ul className="figures">
      {counts.map(([place, name, count]) => (
        <li key={name}>
          <Link {...place}>
            <b>{count === undefined ? '–' : format.format(count)}</b>{' '}
            <span>{home.numbers[name](count ?? 0)}</span> <small>{home.meanings[name]}</small>
          </Link>
        </li>
      ))}
    </ul>
  )
}
