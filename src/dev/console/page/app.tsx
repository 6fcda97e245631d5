import './styles/styles.ts'
import { RouterProvider } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import {
  type Identity,
  identityOf,
  rememberedIdentity,
  rememberIdentity,
} from '../../explorer/page/identity.ts'
import { keepFocus } from './frame/keep-focus.ts'
import { SignIn } from './pages/sign-in.tsx'
import { loadAllPages, router } from './router.tsx'
import { type Me, SignedIn } from './signed-in.tsx'
import { WordsProvider } from './words/words.tsx'

/** After this, the other pages are not in the way of the first. */
const firstPageMs = 1_000

/** Puts the console onto the page. */
export function showConsole(): void {
  const element = document.getElementById('console')
  if (element !== null) {
    createRoot(element).render(<App />)
    keepFocus(element)
  }
  setTimeout(loadAllPages, firstPageMs)
}

function App() {
  const [identity, setIdentity] = useState<Identity>(startAs)
  const switchTo = useCallback((as: string) => {
    const next = identityOf(as)
    rememberIdentity(next)
    setIdentity(next)
  }, [])
  return (
    <WordsProvider>
      {identity.kind === 'person' ? (
        // Nothing of one person is left when another signs in.
        <SignedIn key={identity.id} me={identity} switchTo={switchTo}>
          <RouterProvider router={router} />
        </SignedIn>
      ) : (
        <SignInPage identity={identity} switchTo={switchTo} />
      )}
    </WordsProvider>
  )
}

interface SignInPageProps {
  readonly identity: Exclude<Identity, Me>
  readonly switchTo: (as: string) => void
}

function SignInPage({ identity, switchTo }: SignInPageProps) {
  useEffect(() => {
    document.title = 'connections'
  }, [])
  return <SignIn unknown={identity.kind === 'unknown' ? identity.as : null} switchTo={switchTo} />
}

/** Who the tab is. The address need not say it any more, because the tab remembers. */
function startAs(): Identity {
  const identity = rememberedIdentity() ?? identityOf('nobody')
  rememberIdentity(identity)
  const url = new URL(location.href)
  url.searchParams.delete('as')
  history.replaceState(history.state, '', url)
  return identity
}
