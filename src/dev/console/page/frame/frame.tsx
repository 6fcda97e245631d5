import { Outlet } from '@tanstack/react-router'
import { useRef } from 'react'
import { usePresenceHeartbeat, useRelationshipChanges } from '../../../../kit/react/react.ts'
import { useWords } from '../words/words.tsx'
import { Bar } from './bar.tsx'
import { KeysHelp, useKeys } from './keys.tsx'
import { Navigation } from './navigation.tsx'
import { OfflineBanner } from './offline-banner.tsx'
import { useAnswered } from './use-answered.ts'
import { useArrivals } from './use-arrivals.ts'
import { useInboxNews } from './use-inbox-news.ts'
import { useUnread } from './use-unread.ts'

/** What is around every page: the bar, the navigation, and what goes on behind them. */
export function Frame() {
  const words = useWords()
  const help = useRef<HTMLDialogElement>(null)
  useRelationshipChanges()
  useInboxNews()
  useAnswered()
  usePresenceHeartbeat()
  useArrivals()
  useKeys(() => help.current?.showModal())
  const unread = useUnread()
  return (
    <>
      <a className="skip" href="#main">
        {words.frame.skip}
      </a>
      <Bar />
      <div className="frame">
        <Navigation unread={unread} openHelp={() => help.current?.showModal()} />
        <main id="main" tabIndex={-1}>
          <OfflineBanner />
          <Outlet />
        </main>
      </div>
      <KeysHelp ref={help} />
    </>
  )
}
