import { Link, useRouter } from '@tanstack/react-router'
import { Page } from '../frame/page.tsx'
import { useWords } from '../words/words.tsx'

/** An address that is nobody's. */
export function NotFound() {
  const { noPage } = useWords()
  return (
    <Page title={noPage.notFound} sentence={noPage.notFoundSentence}>
      <p>
        <Link to="/" className="button">
          {noPage.toHome}
        </Link>
      </p>
    </Page>
  )
}

/** A page that could not be shown. */
export function Broken({ error }: { readonly error: unknown }) {
  const { noPage } = useWords()
  const router = useRouter()
  return (
    <Page title={noPage.broken} sentence={error instanceof Error ? error.message : undefined}>
      <p>
        <button type="button" className="button" onClick={() => void router.invalidate()}>
          {noPage.again}
        </button>
      </p>
    </Page>
  )
}
