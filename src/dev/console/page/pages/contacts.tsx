import { useNavigate, useSearch } from '@tanstack/react-router'
import { ContactLinkSharing, ContactsList } from '../../../../kit/react/ui/ui.ts'
import { Page } from '../frame/page.tsx'
import { Tabs } from '../frame/tabs.tsx'
import { contactsTabs } from '../router.tsx'
import { useWords } from '../words/words.tsx'

/** People whom the viewer keeps, and links by which others come to be among them. */
export function Contacts() {
  const { contacts, frame } = useWords()
  const navigate = useNavigate()
  const { tab = 'people' } = useSearch({ from: '/contacts' })
  return (
    <Page title={frame.contacts} sentence={contacts.sentence}>
      <Tabs
        label={frame.contacts}
        tabs={contactsTabs.map((name) => ({ name, label: contacts.tabs[name] }))}
        current={tab}
        choose={(next) => void navigate({ to: '/contacts', search: { tab: next } })}
      />
      {tab === 'people' ? (
        <div className="contacts-kept">
          <ContactsList infinite heading={null} />
        </div>
      ) : (
        <ContactLinkSharing urlOf={addressOf} />
      )}
    </Page>
  )
}

/** The address of a contact link in this console. */
function addressOf(token: string): string {
  return new URL(`/console/link/${encodeURIComponent(token)}`, location.href).href
}
