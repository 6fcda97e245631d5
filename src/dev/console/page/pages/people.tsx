import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import {
  useFollowers,
  useFollowing,
  useUserByUsername,
  useUserSearch,
} from '../../../../kit/react/react.ts'
import {
  FollowButton,
  isolate,
  PeopleList,
  PersonView,
  PossibleAction,
  SuggestionsList,
} from '../../../../kit/react/ui/ui.ts'
import { Moment } from '../frame/moment.tsx'
import { Page } from '../frame/page.tsx'
import { Tabs } from '../frame/tabs.tsx'
import { peopleTabs } from '../router.tsx'
import { useKitMessages, useLanguage, useWords } from '../words/words.tsx'

/** Finding people, and those whom the viewer follows or is followed by. */
export function People() {
  const { people } = useWords()
  const navigate = useNavigate()
  const { tab = 'find' } = useSearch({ from: '/people' })
  const sentences = {
    find: undefined,
    following: people.followingSentence,
    followers: people.followersSentence,
  }
  return (
    <Page title={people.title} sentence={sentences[tab]}>
      <Tabs
        label={people.title}
        tabs={peopleTabs.map((name) => ({ name, label: people.tabs[name] }))}
        current={tab}
        choose={(next) => void navigate({ to: '/people', search: { tab: next } })}
      />
      {tab === 'find' && <Find />}
      {tab === 'following' && <Following />}
      {tab === 'followers' && <Followers />}
    </Page>
  )
}

const longEnough = 2
const pauseMs = 250

function Find() {
  const { people } = useWords()
  const navigate = useNavigate()
  const { q = '' } = useSearch({ from: '/people' })
  const [typed, setTyped] = useState(q)
  const written = useRef(q)
  useEffect(() => {
    // Not what was typed here: somebody has opened the page anew.
    if (q !== written.current) {
      written.current = q
      setTyped(q)
      return undefined
    }
    const timer = setTimeout(() => {
      const next = typed.trim()
      if (next === q) return
      written.current = next
      void navigate({ to: '/people', search: { q: next }, replace: true })
    }, pauseMs)
    return () => {
      clearTimeout(timer)
    }
  }, [typed, q, navigate])
  return (
    <>
      <div role="search">
        <input
          type="search"
          className="input"
          value={typed}
          dir="auto"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-label={people.search}
          placeholder={people.search}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {q.length >= longEnough ? <Found query={q} /> : <Unsearched isTooShort={q !== ''} />}
    </>
  )
}

/** Whom one may know; and, if somebody has typed too little to search by, that it is too little. */
function Unsearched({ isTooShort }: { readonly isTooShort: boolean }) {
  const { contacts } = useKitMessages()
  return (
    <>
      <p role="status" className={isTooShort ? 'quiet' : 'spoken'}>
        {isTooShort && contacts.searchHint}
      </p>
      <SuggestionsList />
    </>
  )
}

function Found({ query }: { readonly query: string }) {
  const { words, language } = useLanguage()
  const { people } = words
  const { common } = useKitMessages()
  const name = query.replace(/^@/, '')
  const list = useUserSearch(name)
  // Somebody who is not in the search is still found by the whole username.
  const { data: named } = useUserByUsername(name)
  const exact = named ? [{ node: named }] : []
  const rows = [...exact, ...list.rows.filter(({ node }) => node.id !== named?.id)]
  const isRead = list.data !== undefined
  return (
    <>
      <p role="status" className="spoken">
        {isRead &&
          (rows.length === 0
            ? people.nobody(isolate(query))
            : common.people(rows.length, language))}
      </p>
      <PeopleList
        key={query}
        list={{ ...list, rows }}
        label={people.found}
        empty={people.nobody(isolate(query))}
        keyOf={({ node }) => node.id}
      >
        {({ node }) => (
          <>
            <PersonView user={node} />
            <div className="cx-actions">
              <PossibleAction user={node} />
            </div>
          </>
        )}
      </PeopleList>
    </>
  )
}

function Following() {
  const { people } = useWords()
  return <Follows list={useFollowing()} label={people.tabs.following} empty={people.noFollowing} />
}

function Followers() {
  const { people } = useWords()
  return <Follows list={useFollowers()} label={people.tabs.followers} empty={people.noFollowers} />
}

interface FollowsProps {
  readonly list: ReturnType<typeof useFollowers>
  readonly label: string
  readonly empty: string
}

function Follows({ list, label, empty }: FollowsProps) {
  return (
    <PeopleList
      list={list}
      label={label}
      heading={null}
      empty={empty}
      keyOf={({ node }) => node.id}
      infinite
    >
      {({ node, since }) => (
        <>
          <PersonView user={node}>
            <span className="cx-note">
              <Moment at={since} />
            </span>
          </PersonView>
          <div className="cx-actions">
            <FollowButton user={node} />
          </div>
        </>
      )}
    </PeopleList>
  )
}
