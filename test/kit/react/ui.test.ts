import './dom.ts'
import { createElement, type ReactNode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ConnectionsClient } from '../../../src/kit/client/client.ts'
import * as kit from '../../../src/kit/react/react.ts'
import { NewLink } from '../../../src/kit/react/ui/new-link.tsx'
import * as ui from '../../../src/kit/react/ui/ui.ts'
import { openTestService } from '../../support/test-service.ts'
import { befriend, verbs } from '../../support/verbs.ts'
import { inApp, newCache, openClient } from './tab.ts'

// Components where the test page of a browser would be too slow, or could not do it.

vi.mock('uqr', () => {
  throw new Error('It could not be loaded.')
})

const app = await openTestService({ NODE_ENV: 'production' })

const until = (check: () => void) => vi.waitFor(check, { timeout: 100_000, interval: 5 })

/** What a host shows, in the document, with a field of the host's own before it. */
function openScreen(client: ConnectionsClient, shown: ReactNode, settings: object = {}) {
  const box = document.body.appendChild(document.createElement('div'))
  const root = createRoot(box)
  const queryClient = newCache()
  const render = (as: ConnectionsClient, next = shown) => {
    const page = [createElement('button', { key: 'host' }, 'Host'), next]
    root.render(inApp(as, queryClient, createElement(ui.ConnectionsUi, settings, page)))
  }
  render(client)
  onTestFinished(() => {
    root.unmount()
    box.remove()
  })
  const buttons = () =>
    [...box.querySelectorAll('button')].map(
      (each) => each.getAttribute('aria-label') ?? each.textContent,
    )
  const button = (name: string) => {
    const found = [...box.querySelectorAll('button')][buttons().indexOf(name)]
    if (found === undefined) throw new Error(`No button ${name}, but ${buttons().join(', ')}`)
    return found
  }
  return {
    box,
    render,
    buttons,
    press: (name: string) => {
      button(name).focus()
      button(name).click()
    },
    focus: (name: string) => {
      button(name).focus()
    },
    key: (key: string) => {
      const { KeyboardEvent } = window as unknown as {
        KeyboardEvent: typeof globalThis.KeyboardEvent
      }
      document.dispatchEvent(new KeyboardEvent('keydown', { key }))
    },
  }
}

const focused = () => document.activeElement?.textContent
const person = ({ id }: { readonly id: string }, displayName: string) => ({
  id,
  username: null,
  profile: { displayName, avatarUrl: null },
})

/** What tells of a failure, when the component is there. */
let reporting: ((text: string) => void) | null = null

function Reporter() {
  const { report } = kit.useUndo()
  useEffect(() => {
    reporting = report
    return () => {
      reporting = null
    }
  })
  return null
}

describe('notices', () => {
  it('are reached by F8, which goes back, too; and undoing gives the focus to the button', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.requestFriend(bob, alice)
    const { client, asked } = openClient(app, alice)
    const shown = createElement(ui.FriendRequestButton, { key: 1, user: person(bob, 'Bob') })
    const screen = openScreen(client, shown)
    await until(() => {
      screen.press('Ignore Bob')
    })
    await until(() => {
      expect(screen.buttons()).toContain('Undo')
    })
    screen.focus('Host')
    screen.key('F8')
    expect(focused()).toBe('Undo')
    screen.key('F8')
    expect(focused()).toBe('Host')
    screen.press('Undo')
    await until(() => {
      expect(screen.buttons()).toContain('Accept Bob')
      expect(focused()).toBe('Accept')
    })
    expect(asked).not.toContain('RespondFriendRequest')
  })

  it('keep each failure until they are closed, and then give the focus back', async () => {
    const [alice] = await app.people('alice')
    const screen = openScreen(openClient(app, alice).client, createElement(Reporter, { key: 1 }))
    await until(() => {
      expect(reporting).not.toBeNull()
    })
    screen.focus('Host')
    reporting?.('Bob: That did not work.')
    reporting?.('Carol: That did not work.')
    await until(() => {
      expect(screen.box.querySelector('[role=status]')?.textContent).toBe(
        'Bob: That did not work.Carol: That did not work.Close',
      )
    })
    screen.key('F8')
    screen.press('Close')
    await until(() => {
      expect(screen.buttons()).toEqual(['Host'])
      expect(focused()).toBe('Host')
    })
  })

  it('of what can be undone are shown by the host, and one that is over undoes nothing', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    for (const each of [bob, carol]) await verbs.requestFriend(each, alice)
    const told: ui.Notice[] = []
    let taken = 0
    const notify = (notice: ui.Notice) => {
      told.push(notice)
      return () => taken++
    }
    const shown = [person(bob, 'Bob'), person(carol, 'Carol')].map((user) =>
      createElement(ui.FriendRequestButton, { key: user.id, user }),
    )
    const screen = openScreen(openClient(app, alice).client, shown, { notify })
    for (const name of ['Bob', 'Carol'])
      await until(() => {
        screen.press(`Ignore ${name}`)
      })
    await until(() => {
      expect(told.map(({ kind }) => kind)).toEqual(['undo', 'undo'])
      expect(taken).toBe(1)
    })
    told[0]?.action?.run()
    expect(screen.buttons()).not.toContain('Accept Carol')
    told[1]?.action?.run()
    await until(() => {
      expect(screen.buttons()).toContain('Accept Carol')
      expect(taken).toBe(2)
    })
  })

  it("of failures are each one of the host's own", async () => {
    const [alice] = await app.people('alice')
    const told: string[] = []
    const notify = ({ text }: ui.Notice) => {
      told.push(text)
      return () => told.push(`no more: ${text}`)
    }
    const { client } = openClient(app, alice)
    openScreen(client, createElement(Reporter, { key: 1 }), { notify })
    await until(() => {
      expect(reporting).not.toBeNull()
    })
    reporting?.('Bob')
    await until(() => {
      expect(told).toEqual(['Bob'])
    })
    reporting?.('Carol')
    await until(() => {
      expect(told).toEqual(['Bob', 'Carol'])
    })
  })
})

describe('a button for blocking', () => {
  it('shows nothing that may be wrong before it is known whether bob is blocked', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    const { client, hold, asked } = openClient(app, alice)
    const release = hold('GetRelationships')
    const shown = createElement(ui.BlockUserAction, { key: 1, user: person(bob, 'Bob') })
    const screen = openScreen(client, shown)
    await until(() => {
      expect(asked).toContain('GetRelationships')
    })
    expect(screen.buttons()).toEqual(['Host'])
    expect(screen.box.querySelector('[role=img][aria-label=Loading]')).not.toBeNull()
    release()
    await until(() => {
      expect(screen.buttons()).toEqual(['Host', 'Unblock Bob'])
    })
  })

  it('of a profile leaves the focus there', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client } = openClient(app, alice)
    const shown = createElement(ui.ProfileCard, { key: 1, userId: bob.id })
    const screen = openScreen(client, shown)
    await until(() => {
      screen.press('Block Someone')
    })
    await until(() => {
      screen.press('Block')
    })
    await until(() => {
      expect(screen.box.textContent).toContain('You have blocked this person')
    })
    await until(() => {
      expect(focused()).toContain('You have blocked this person')
    })
    expect(document.activeElement).not.toBe(document.body)
  })
})

describe('what could not be loaded', () => {
  it('says when to try again, if it was asked for too often', async () => {
    const [alice] = await app.people('alice')
    const { client, answers } = openClient(app, alice)
    const extensions = { code: 'RATE_LIMITED', retryAt: '2036-01-01T12:00:00.000Z' }
    answers.set('ListFriends', { data: null, errors: [{ message: 'Too often.', extensions }] })
    const screen = openScreen(client, createElement(ui.FriendsList, { key: 1 }))
    await until(() => {
      expect(screen.box.querySelector('[role=alert]')?.textContent).toContain(
        'Try again after Jan 1, 2036',
      )
    })
  })

  it('is a QR code, whose address stands above', async () => {
    const [alice] = await app.people('alice')
    const link = { url: 'https://app.example/links/1', label: null, onClose: () => undefined }
    const screen = openScreen(
      openClient(app, alice).client,
      createElement(NewLink, { key: 1, ...link }),
    )
    await until(() => {
      screen.press('Show QR code')
    })
    await until(() => {
      expect(screen.box.querySelector('[role=alert]')?.textContent).toBe(
        'The QR code could not be loaded. Use the address above.',
      )
    })
  })
})

describe('a list of friends', () => {
  it('stays while it is read for the next letter, and not for the next person', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, bob)
    await bob.ask('mutation { claimUsername(username: "bob.the.friend") { changed } }')
    const { client, hold } = openClient(app, alice)
    const friends = (search: string) => createElement(ui.FriendsList, { key: 1, search })
    const screen = openScreen(client, friends('bo'))
    const names = () => [...screen.box.querySelectorAll('.cx-name')].map((each) => each.textContent)
    await until(() => {
      expect(names()).toEqual(['bob.the.friend'])
    })
    const release = hold('ListFriends')
    screen.render(client, friends('bob'))
    await until(() => {
      expect(screen.box.querySelector('[aria-busy=true]')).not.toBeNull()
    })
    expect(names()).toEqual(['bob.the.friend'])
    release()
    await until(() => {
      expect(screen.box.querySelector('[aria-busy=true]')).toBeNull()
    })
    const next = openClient(app, carol)
    next.hold('ListFriends')
    screen.render(next.client, friends('bobb'))
    await until(() => {
      expect(next.asked).toContain('ListFriends')
    })
    expect(names()).toEqual([])
  })
})

describe('a search for people', () => {
  it('begins anew when somebody else signs in', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const found = { key: 1, children: () => null }
    const screen = openScreen(openClient(app, alice).client, createElement(ui.PersonSearch, found))
    const field = () => screen.box.querySelector('input')
    await until(() => {
      expect(field()).not.toBeNull()
    })
    const { Event, HTMLInputElement } = window as unknown as typeof globalThis
    // React does not hear of what is written into a field of its own.
    Reflect.set(HTMLInputElement.prototype, 'value', 'caro', field())
    field()?.dispatchEvent(new Event('input', { bubbles: true }))
    await until(() => {
      expect(field()?.value).toBe('caro')
    })
    const before = field()
    screen.render(openClient(app, bob).client)
    await until(() => {
      expect(field()).not.toBe(before)
    })
    expect(field()?.value).toBe('')
  })
})
