import { type ReactElement, useState } from 'react'
import type { ContactLink } from '../../client/client.ts'
import { useContactLinks } from '../list-hooks.ts'
import { useConnectionsClient } from '../provider.ts'
import { useRevokeContactLink } from '../verb-hooks.ts'
import { Button } from './button.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { useFocusWithin } from './kept-focus.ts'
import { linksEn, type LinksMessages } from './messages/links.ts'
import { useMoment } from './moments.ts'
import { NewLink } from './new-link.tsx'
import { NewLinkForm } from './new-link-form.tsx'
import { type ListLook, PeopleList } from './people-list.tsx'
import { VerbProblem } from './problem.tsx'
import { useLocale, useMessages } from './settings.ts'

export interface ContactLinkSharingProps extends ListLook {
  /** The address in your app of the link with a token: a page with `ContactLinkPreview`. */
  readonly urlOf: (token: string) => string
}

/** The viewer's contact links: making, sharing and revoking them. */
export function ContactLinkSharing(props: ContactLinkSharingProps): ReactElement {
  const { viewer } = useConnectionsClient()
  // Nobody else may see a link that was just made.
  return <Links key={viewer} {...props} />
}

function Links({ urlOf, ...look }: ContactLinkSharingProps): ReactElement {
  const words = useMessages('links', linksEn)
  const list = useContactLinks({ first: 20 })
  const focus = useFocusWithin<HTMLDivElement>()
  const [made, setMade] = useState<{ token: string; label: string | null } | null>(null)
  return (
    <div className="cx cx-stack">
      <p className="cx-note">{words.note}</p>
      <div {...focus}>
        {made === null ? (
          <NewLinkForm onMade={setMade} />
        ) : (
          <NewLink
            url={urlOf(made.token)}
            label={made.label}
            onClose={() => {
              setMade(null)
            }}
          />
        )}
      </div>
      <PeopleList
        {...look}
        list={list}
        label={words.heading}
        empty={words.empty}
        countOf={words.count}
        keyOf={({ node }) => node.id}
      >
        {({ node }) => <LinkRow link={node} />}
      </PeopleList>
    </div>
  )
}

function LinkRow({ link }: { readonly link: ContactLink }): ReactElement {
  const words = useMessages('links', linksEn)
  const locale = useLocale()
  const { ago, at } = useMoment()
  const revoke = useRevokeContactLink()
  const [isAsking, setAsking] = useState(false)
  const name = link.label ?? words.unnamed
  const left = link.maxUses === null ? null : Math.max(0, link.maxUses - link.uses)
  const facts = [
    words.used(link.uses, locale),
    ...(link.isLive && left !== null ? [words.left(left, locale)] : []),
    ...(link.isLive ? [] : [stateOf(link, words)]),
  ]
  return (
    <>
      <div className="cx-person cx-grow">
        <div className="cx-person-text">
          <bdi className="cx-name" title={name}>
            {name}
          </bdi>
          <span className="cx-note">{facts.join(' · ')}</span>
          <span className="cx-note">
            <time dateTime={link.createdAt}>{words.made(ago(link.createdAt))}</time>
            {link.isLive && link.expiresAt !== null && (
              <time dateTime={link.expiresAt}> · {words.until(at(link.expiresAt))}</time>
            )}
          </span>
        </div>
      </div>
      {link.isLive && (
        <div className="cx-actions">
          <Button
            about={name}
            onClick={() => {
              setAsking(true)
            }}
          >
            {words.revoke}
          </Button>
        </div>
      )}
      <VerbProblem error={revoke.error} />
      {isAsking && (
        <ConfirmDialog
          title={words.revokeTitle(name)}
          effects={words.revokeEffects}
          confirm={words.revoke}
          onConfirm={() => {
            revoke.mutate({ id: link.id })
          }}
          onClose={() => {
            setAsking(false)
          }}
        />
      )}
    </>
  )
}

function stateOf({ revokedAt, maxUses, uses }: ContactLink, words: LinksMessages): string {
  if (revokedAt !== null) return words.revoked
  return maxUses !== null && uses >= maxUses ? words.usedUp : words.expired
}
