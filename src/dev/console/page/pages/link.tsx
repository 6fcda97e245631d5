import { Link, useParams } from '@tanstack/react-router'
import { ContactLinkPreview, FriendRequestButton } from '../../../../kit/react/ui/ui.ts'
import { Page } from '../frame/page.tsx'
import { useWords } from '../words/words.tsx'

/** What opens when somebody follows a contact link. */
export function LinkPage() {
  const { contacts } = useWords()
  const { token } = useParams({ from: '/link/$token' })
  return (
    <Page title={contacts.linkTitle} sentence={contacts.linkSentence}>
      <ContactLinkPreview token={token}>
        {(user) => <FriendRequestButton user={user} withMessage />}
      </ContactLinkPreview>
      <p>
        <Link to="/contacts" className="button">
          {contacts.all}
        </Link>
      </p>
    </Page>
  )
}
