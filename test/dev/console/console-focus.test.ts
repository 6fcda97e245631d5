import pg from 'pg'
import type { Page, Request, Route } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { consoleBundle } from '../../../src/dev/console/bundle.ts'
import { idOf } from '../../../src/dev/seed/people.ts'
import { openConsole, patience } from '../../support/console-page.ts'
import { openExplorerHost } from '../../support/explorer-host.ts'

// How the console behaves under the hands of people who use keys, of several windows, and of people
// who see it for the first time.

await consoleBundle().ready()
const host = await openExplorerHost()
const windows = openConsole(host)

const graph = (url: URL) => url.pathname === '/graphql'
const operationOf = (text: string | null) =>
  /(?:query|mutation|subscription) (\w+)/.exec(text ?? '')?.[1]
const isOf = (route: Route, operation: string) =>
  operationOf(route.request().postData()) === operation

/** Whether somebody asks for the friend requests of a status, and for those without a notice. */
function isOfRequests(request: Request, status: string, isQuiet: boolean): boolean {
  const { variables } = (request.postDataJSON() ?? {}) as {
    readonly variables?: { readonly status?: string; readonly quiet?: boolean }
  }
  return variables?.status === status && (variables.quiet ?? false) === isQuiet
}

const focused = (page: Page) =>
  page.evaluate<string>(
    `document.activeElement.tagName + ' ' + (document.activeElement.innerText ?? '')`,
  )
const untilFocused = (page: Page, text: RegExp) =>
  expect.poll(() => focused(page), patience).toMatch(text)

/** Asks the graph as a demo person, or as somebody with an id. */
async function ask(subject: string, query: string, variables: object = {}): Promise<unknown> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${host.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return (await response.json()) as { token?: string; data?: unknown; errors?: unknown }
  }
  const { token = '' } = await post('/explorer/sign-in', { subject })
  const { data, errors } = await post(
    '/graphql',
    { query, variables },
    { authorization: `Bearer ${token}` },
  )
  expect(errors).toBeUndefined()
  return data
}

/** Asks somebody to be friends who has been here before. */
async function requestFriend(subject: string, id: string): Promise<void> {
  const asked = await ask(
    subject,
    `mutation ($id: ID!) { requestFriend(userId: $id) { changed } }`,
    { id },
  )
  expect(asked).toEqual({ requestFriend: { changed: true } })
}

/** Makes a game that everybody sees, and invites somebody to it. */
async function inviteToGame(subject: string, title: string, id: string): Promise<void> {
  const { createGame } = (await ask(
    subject,
    `mutation ($title: String!) { createGame(title: $title, visibility: PUBLIC) { game { id } } }`,
    { title },
  )) as Record<string, { game: { id: string } }>
  await ask(
    subject,
    `mutation ($game: ID!, $id: ID!) { inviteToGame(gameId: $game, userId: $id) { changed } }`,
    { game: createGame?.game.id, id },
  )
}

/** Somebody new follows a person, who is told of it. */
const followBySomebody = (id: string) =>
  ask(crypto.randomUUID(), `mutation ($id: ID!) { followUser(userId: $id) { changed } }`, { id })

/** In a window with this nothing happens every so often. */
const withoutIntervals = `
  const asks = globalThis.asks = new Map()
  globalThis.setInterval = (_call, ms) => {
    asks.set(asks.size + 1e6, ms)
    return asks.size - 1 + 1e6
  }
  globalThis.clearInterval = (id) => { asks.delete(id) }`

/** The rows of the inbox, by what they say. */
const notification = (page: Page, text: string) =>
  page
    .getByRole('list', { name: 'Inbox', exact: true })
    .getByRole('listitem')
    .filter({ hasText: text })

const badge = (page: Page) => page.getByRole('link', { name: /^Inbox/ }).locator('.badge')

describe('who signs in, switches and signs out by keys', () => {
  it('is at the heading each time, and has no keys of one letter while a menu is open', async () => {
    const { page, press, heading, close } = await windows.open('nobody')
    await press(page.getByRole('button', { name: 'alice' }))
    await heading(/Alice/)
    await untilFocused(page, /^H1 /)
    const menu = page.getByRole('dialog', { name: 'Be somebody else' })
    await press(page.getByRole('button', { name: /Signed in as/ }))
    await menu.waitFor()
    await page.keyboard.press('?')
    await page.keyboard.press('/')
    await heading(/Alice/)
    expect(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).count()).toBe(0)
    await press(menu.getByRole('button', { name: 'bob' }))
    await heading(/Bob/)
    await untilFocused(page, /^H1 /)
    await press(page.getByRole('link', { name: 'Settings' }))
    await heading('Settings')
    await untilFocused(page, /^H1 Settings/)
    await press(page.getByRole('button', { name: 'Sign out' }))
    await heading('Who do you want to be?')
    await untilFocused(page, /^H1 /)
    await close()
  }, 240_000)

  it('can switch the keys of one letter off, and on again', async () => {
    const { page, press, heading, go, close } = await windows.open('alice', '/blocked')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    const keys = page.getByRole('checkbox', { name: 'Single-key shortcuts' })
    await page.keyboard.press('?')
    await press(help.getByRole('checkbox'), ' ')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.keyboard.press('/')
    expect(await help.isVisible()).toBe(false)
    await go('/more')
    await page.keyboard.press('?')
    expect(await keys.isChecked()).toBe(false)
    expect(await help.isVisible()).toBe(false)
    await press(keys, ' ')
    await page.keyboard.press('/')
    await heading('People')
    await close()
  }, 240_000)
})

describe('a new game', () => {
  it('is asked for once, and is empty again after Cancel', async () => {
    const { page, heading, close } = await windows.open('frank', '/games')
    const dialog = page.getByRole('dialog', { name: 'New game' })
    const title = dialog.getByLabel('Title')
    let asked = 0
    let answer: (route: Route) => Promise<void> = (route) => route.abort()
    await page.route(graph, async (route) => {
      if (!isOf(route, 'CreateGame')) return route.fallback()
      asked++
      await answer(route)
    })
    await page.getByRole('button', { name: 'New game' }).click()
    await title.fill('Chess in the rain')
    await dialog.getByRole('button', { name: 'Make game' }).click()
    await dialog.getByRole('alert').waitFor()
    await expect.poll(() => focused(page), patience).toBe('BUTTON Make game')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'New game' }).click()
    await expect.poll(() => dialog.getByRole('alert').count(), patience).toBe(0)
    await expect.poll(() => title.inputValue(), patience).toBe('')

    asked = 0
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    answer = async (route) => {
      await held
      await route.fallback()
    }
    await title.fill('Chess in the rain')
    await dialog.getByRole('button', { name: 'Make game' }).dblclick()
    await title.press('Enter')
    release()
    await heading('Chess in the rain')
    expect(asked).toBe(1)
    await close()
    windows.forgive()
  }, 240_000)
})

describe('who invites friends to a game', () => {
  it('keeps the list and the place in it when one of them joins', async () => {
    const { page, heading, press, close } = await windows.open('alice', '/games')
    await page.getByRole('button', { name: 'New game' }).click()
    await page.getByRole('dialog', { name: 'New game' }).getByLabel('Title').fill('Ludo at noon')
    await page.keyboard.press('Enter')
    await heading('Ludo at noon')
    const list = page.getByRole('list', { name: 'Invite friends' })
    await press(list.getByRole('button', { name: 'Invite Bob' }))
    await list.getByRole('button', { name: 'Invited Bob' }).waitFor()
    await page.evaluate(`
      globalThis.skeletons = 0
      new MutationObserver(() => {
        if (document.querySelector('.skeleton') !== null) globalThis.skeletons++
      }).observe(document.body, { childList: true, subtree: true })`)
    const id = new URL(page.url()).pathname.split('/').at(-1)
    await ask('bob', `mutation ($id: ID!) { joinGame(gameId: $id) { changed } }`, { id })
    await list.getByRole('button', { name: 'Invited Bob' }).waitFor({ state: 'detached' })
    await untilFocused(page, /^H2 Invite friends/)
    expect(await page.evaluate('skeletons')).toBe(0)
    await close()
  }, 240_000)
})

describe('a game that two people look at', () => {
  it('shows each at once what the other does, also that it is no more', async () => {
    const { createGame } = (await ask(
      'alice',
      `mutation { createGame(title: "Chess at dusk", visibility: PUBLIC) { game { id } } }`,
    )) as Record<string, { game: { id: string } }>
    const path = `/games/${createGame?.game.id ?? ''}`
    // They are no friends, so no notification tells of it.
    const [alice, judy] = [await windows.open('alice'), await windows.open('judy')]
    for (const { page, go, heading } of [alice, judy]) {
      await page.addInitScript(withoutIntervals)
      await go(path)
      await heading('Chess at dusk')
    }
    await judy.page.getByRole('button', { name: 'Join' }).click()
    const players = alice.page.getByRole('list', { name: 'Taking part' })
    await players.getByText('@judy').waitFor()
    await alice.page.getByRole('button', { name: 'Delete game' }).click()
    const dialog = alice.page.getByRole('alertdialog')
    await dialog.getByRole('button', { name: 'Delete game' }).click()
    await judy.heading('No such game')
    for (const { close } of [alice, judy]) await close()
  }, 240_000)
})

describe('who has ignored a request', () => {
  const ignore = `mutation ($id: ID!) {
    respondFriendRequest(requestId: $id, decision: REJECT) { changed }
  }`

  /** @returns the id of the request */
  async function askToBeFriends(requester: string, target: string): Promise<string> {
    const data = await ask(
      requester,
      `mutation ($id: ID!) { requestFriend(userId: $id) { request { id } } }`,
      { id: target },
    )
    return (data as { requestFriend: { request: { id: string } } }).requestFriend.request.id
  }

  it('finds it when its notice is gone, and can accept it, or ask when its time is over', async () => {
    const [late, again, recent] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
    const viewer = crypto.randomUUID()
    await ask(viewer, `mutation { claimUsername(username: "wanda") { changed } }`)
    for (const [place, each] of [late, again, recent].entries()) {
      const username = ['late', 'again', 'recent'][place]
      await ask(
        each,
        `mutation ($username: String!) { claimUsername(username: $username) { changed } }`,
        {
          username,
        },
      )
      await ask(viewer, ignore, { id: await askToBeFriends(each, viewer) })
    }
    const admin = new pg.Client({ connectionString: host.adminUrl })
    await admin.connect()
    await admin.query(
      `update user_friend_requests
          set created_at = created_at - interval '31 days', expires_at = expires_at - interval '31 days'
        where requester_user_id = any($1::uuid[])`,
      [[late, again]],
    )
    await admin.end()
    await askToBeFriends(again, viewer)

    const { page, close } = await windows.open(viewer, '/requests')
    // What the list leaves out comes last.
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    await page.route(graph, async (route) => {
      if (isOfRequests(route.request(), 'PENDING', true)) await held
      await route.fallback()
    })
    await page.evaluate(`
      globalThis.seen = new Set()
      new MutationObserver(() => {
        const list = '[aria-label="Requests that you ignored"] > li'
        for (const { textContent } of document.querySelectorAll(list))
          seen.add(/late|again|recent/.exec(textContent)?.[0])
      }).observe(document.body, { childList: true, subtree: true })`)
    const others = [false, true].map((isQuiet) =>
      page.waitForResponse((each) => isOfRequests(each.request(), 'REJECTED', isQuiet)),
    )
    await page.getByRole('button', { name: 'Ignored' }).click()
    for (const other of await Promise.all(others)) await other.finished()
    await page.evaluate(() => new Promise(requestAnimationFrame))
    release()
    const ignored = page.getByRole('list', { name: 'Requests that you ignored' })
    await expect.poll(() => ignored.getByRole('listitem').count(), patience).toBe(2)
    expect(await page.evaluate('[...seen].filter((name) => name !== undefined).sort()')).toEqual([
      'late',
      'recent',
    ])
    const row = (name: string) => ignored.getByRole('listitem').filter({ hasText: name })
    await row('recent').getByRole('button', { name: 'Accept recent' }).focus()
    await page.keyboard.press('Enter')
    await row('recent').waitFor({ state: 'detached' })
    // The next row, or the heading: not the whole page.
    await untilFocused(page, /^(?:LI|H2) /)
    await expect.poll(() => ignored.getByRole('listitem').count(), patience).toBe(1)
    await row('late').getByText('Expired').waitFor()
    await row('late')
      .getByRole('button', { name: /^Add friend/ })
      .click()
    await row('late').getByText('Requested', { exact: true }).waitFor()
    const askedAgain = page.getByRole('region', { name: 'Asked again after you ignored them' })
    await askedAgain.getByRole('button', { name: 'Accept again' }).click()
    await askedAgain.getByRole('listitem').waitFor({ state: 'detached' })
    const friends = () => ask(viewer, `{ viewer { friends { edges { node { username } } } } }`)
    await expect
      .poll(async () => JSON.stringify(await friends()), patience)
      .toMatch(/again.*recent|recent.*again/)
    await close()
  }, 240_000)
})

describe('who finds somebody that nobody can ask to be friends', () => {
  it('is offered to follow them instead, or to keep them as a contact', async () => {
    const [shy, newcomer] = ['heidi', crypto.randomUUID()]
    const allow = (settings: object) =>
      ask(
        shy,
        `mutation ($settings: SocialPrivacySettingsInput!) {
          updatePrivacySettings(settings: $settings) { changed }
        }`,
        { settings },
      )
    await allow({ allowFriendRequests: 'NOBODY' })
    const { page, go, close } = await windows.open(newcomer, '/people')
    const suggested = page
      .getByRole('list', { name: 'People you may know' })
      .getByRole('listitem')
      .filter({ hasText: shy })
    const found = page.getByRole('list', { name: 'People found' }).getByRole('listitem')
    await suggested.getByRole('button', { name: 'Follow heidi' }).waitFor()
    await allow({ allowFollows: 'NOBODY' })
    await go('/people?q=heidi')
    await found.getByRole('button', { name: 'Add to contacts heidi' }).click()
    await found.getByRole('button', { name: 'Remove from contacts heidi' }).waitFor()
    expect(await page.getByText('Cannot be added').count()).toBe(0)
    await close()
  }, 240_000)
})

describe('people without a name', () => {
  it('are told apart by what the viewer knows of them', async () => {
    const [kept, stranger] = [crypto.randomUUID(), crypto.randomUUID()]
    for (const each of [kept, stranger])
      await ask(each, `mutation ($id: ID!) { followUser(userId: $id) { changed } }`, {
        id: idOf('judy'),
      })
    await ask('judy', `mutation ($id: ID!) { addContact(userId: $id) { changed } }`, { id: kept })
    const { page, close } = await windows.open('judy', '/people?tab=followers')
    const rows = page.getByRole('listitem').filter({ hasText: 'Someone' })
    await rows.filter({ hasText: 'Follows you · In your contacts' }).waitFor()
    await expect.poll(() => rows.filter({ hasText: 'Follows you' }).count(), patience).toBe(2)
    await expect.poll(() => rows.locator('time').count(), patience).toBe(2)
    await close()
  }, 240_000)
})

describe('in the inbox', () => {
  it('nora answers a request and an invitation by keys, and undoes what she has done', async () => {
    const nora = crypto.randomUUID()
    const { page, press, close } = await windows.open(nora, '/inbox', { patient: true })
    await page.getByText('What others do with you will be here').waitFor()
    await windows.untilHears(page, 'notificationAdded')
    await requestFriend('erin', nora)
    await inviteToGame('grace', 'Croquet at dusk', nora)
    const request = notification(page, 'sent you a friend request')
    const invitation = notification(page, 'invited you to Croquet at dusk')
    const undo = page.getByRole('button', { name: 'Undo' })
    // Both, so that no row moves while one of them is pressed.
    await request.waitFor()
    await invitation.waitFor()

    await press(request.getByRole('button', { name: 'Ignore Erin O’Neill' }))
    await undo.waitFor()
    await request.getByText('Not open any more').waitFor()
    await untilFocused(page, /^A Erin/)
    await page.keyboard.press('Control+z')
    await press(request.getByRole('button', { name: 'Accept Erin O’Neill' }))
    await request.getByText('You are friends').waitFor()
    await untilFocused(page, /^A Erin/)

    await press(invitation.getByRole('button', { name: 'Decline Croquet at dusk' }))
    await undo.waitFor()
    await invitation.getByText('You declined').waitFor()
    await page.keyboard.press('z')
    await press(invitation.getByRole('button', { name: 'Join Croquet at dusk' }))
    await invitation.getByText('You take part').waitFor()
    await untilFocused(page, /^A Grace/)
    await page.getByText('You have read everything.').waitFor()
    await expect.poll(() => badge(page).count(), patience).toBe(0)
    await close()
  }, 240_000)

  it('what she has answered elsewhere is read, and says so', async () => {
    const nora = crypto.randomUUID()
    const home = await windows.open(nora)
    await home.page.getByText('Your friends will be here.').waitFor()
    for (const field of ['notificationAdded', 'relationshipChanged'])
      await windows.untilHears(home.page, field)
    for (const name of ['bob', 'carol', 'dave']) await requestFriend(name, nora)
    const inbox = await home.context.newPage()
    await inbox.goto(`${host.url}/console/inbox?as=${nora}`)
    for (const name of ['Bob', 'Carol', 'Dave']) await notification(inbox, name).waitFor()
    for (const page of [home.page, inbox])
      await expect.poll(() => badge(page).innerText(), patience).toMatch(/^3/)

    const list = home.page.getByRole('list', { name: 'Received', exact: true })
    await list.getByRole('button', { name: /^Accept Bob/ }).click()
    await notification(inbox, 'Bob').getByText('You are friends').waitFor()
    for (const page of [home.page, inbox])
      await expect.poll(() => badge(page).innerText(), patience).toMatch(/^2/)

    const { viewer } = (await ask(
      nora,
      `{ viewer { requests(direction: INCOMING) { edges { node { id requester { username } } } } } }`,
    )) as Received
    const ofCarol = viewer.requests.edges.find(({ node }) => node.requester.username === 'carol')
    await ask(
      nora,
      `mutation ($id: ID!) { respondFriendRequest(requestId: $id, decision: REJECT) { changed } }`,
      { id: ofCarol?.node.id },
    )
    await inbox.reload()
    await notification(inbox, 'Carol').getByText('Not open any more').waitFor()
    await notification(inbox, 'Dave')
      .getByRole('button', { name: /^Accept/ })
      .waitFor()
    for (const page of [home.page, inbox])
      await expect.poll(() => badge(page).innerText(), patience).toMatch(/^1/)
    await home.close()
  }, 240_000)

  it('an answer is undone by keys only where they are nobody else’s', async () => {
    const nora = crypto.randomUUID()
    const { page, heading, close } = await windows.open(nora, '/requests', { patient: true })
    await page.getByText('Friend requests that you receive will be here.').waitFor()
    await windows.untilHears(page, 'relationshipChanged')
    await requestFriend('frank', nora)
    const row = page.getByRole('list', { name: 'Received', exact: true }).getByRole('listitem')
    const undo = page.getByRole('button', { name: 'Undo' })
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    const ignore = async () => {
      await row.getByRole('button', { name: /^Ignore/ }).click()
      await undo.waitFor()
    }
    const pressAll = async (...keys: readonly string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    const canUndo = async (...keys: readonly string[]) => {
      await pressAll(...keys)
      expect(await undo.count()).toBe(1)
    }
    const undoes = async (...keys: readonly string[]) => {
      await pressAll(...keys)
      await undo.waitFor({ state: 'detached' })
    }
    // The browser's own undo is not taken from somebody who has nothing to undo here.
    await page.evaluate(`addEventListener('keydown', (event) => {
      globalThis.isTaken = event.defaultPrevented
    })`)
    await row.waitFor()
    await pressAll('Control+z')
    expect(await page.evaluate('isTaken')).toBe(false)

    await ignore()
    // Somebody else has used the key.
    await page.evaluate(`
      globalThis.use = (event) => { event.preventDefault() }
      document.addEventListener('keydown', use, true)`)
    await canUndo('Control+z')
    await page.evaluate(`document.removeEventListener('keydown', use, true)`)
    await canUndo('Control+Shift+z', 'Control+Shift+Z', 'Control+Alt+z', 'Alt+z')
    await page.keyboard.press('?')
    await help.waitFor()
    await canUndo('Control+z', 'z')
    await help.getByRole('checkbox').uncheck()
    await page.keyboard.press('Escape')
    await canUndo('z')
    await undoes('Control+z')
    await row.waitFor()

    await page.keyboard.press('?')
    expect(await help.isVisible()).toBe(false)
    await page.evaluate(`localStorage.removeItem('console:keys')`)
    await page.reload()
    await ignore()
    await undoes('z')
    await row.waitFor()

    await ignore()
    await page.keyboard.press('/')
    await heading('People')
    await page.getByRole('searchbox').focus()
    await canUndo('z', 'Control+z')
    await expect.poll(() => page.getByRole('searchbox').inputValue(), patience).toBe('')
    await page.getByRole('searchbox').blur()
    await undoes('Control+z')
    await close()
  }, 240_000)
})

interface Received {
  readonly viewer: {
    readonly requests: {
      readonly edges: readonly {
        readonly node: { readonly id: string; readonly requester: { readonly username: string } }
      }[]
    }
  }
}

describe('several windows of one browser', () => {
  it('hear of the inbox from the one that listens, and do not ask every 15 seconds', async () => {
    const { page, context, close } = await windows.open('grace')
    const streams: string[] = []
    context.on('request', (request) => {
      if (operationOf(request.postData()) === 'NotificationAdded') streams.push(request.url())
    })
    await page.getByRole('link', { name: 'Inbox' }).waitFor()
    await windows.untilHears(page, 'notificationAdded')
    const others = [await context.newPage(), await context.newPage()]
    for (const other of others) {
      await other.addInitScript(withoutIntervals)
      await other.goto(`${host.url}/console?as=grace`)
      await other.getByRole('heading', { level: 1, name: /Grace/ }).waitFor()
    }
    await followBySomebody(idOf('grace'))
    for (const window of [page, ...others]) await badge(window).waitFor()
    // She may have had a badge before, which comes with the page.
    for (const other of others)
      await expect
        .poll(() => other.evaluate('[...asks.values()].filter((ms) => ms === 15_000)'), patience)
        .toEqual([])
    expect(streams.length).toBeLessThanOrEqual(1)
    await close()
  }, 240_000)

  it('hear of an answer that is silent, also when its notification was read before', async () => {
    const nora = crypto.randomUUID()
    const { page, context, close } = await windows.open(nora)
    await page.getByText('Your friends will be here.').waitFor()
    for (const field of ['notificationAdded', 'relationshipChanged'])
      await windows.untilHears(page, field)
    await requestFriend('bob', nora)
    await badge(page).waitFor()
    await ask(nora, 'mutation { markNotificationsRead { changed } }')
    const inbox = await context.newPage()
    await inbox.addInitScript(withoutIntervals)
    await inbox.goto(`${host.url}/console/inbox?as=${nora}`)
    const row = notification(inbox, 'Bob')
    await row.getByRole('button', { name: /^Accept/ }).waitFor()
    await page
      .getByRole('list', { name: 'Received', exact: true })
      .getByRole('button', { name: /^Ignore Bob/ })
      .click()
    await row.getByText('Not open any more').waitFor()
    await close()
  }, 240_000)

  it('hear of the inbox also where somebody else looks at a game', async () => {
    const { page, context, close } = await windows.open('alice', '/games')
    const watching = page.waitForRequest(
      (request) => operationOf(request.postData()) === 'GameChanged',
    )
    await page.getByRole('link', { name: /Five-a-side on Thursday/ }).click()
    await watching
    const nora = crypto.randomUUID()
    const other = await context.newPage()
    await other.addInitScript(withoutIntervals)
    await other.goto(`${host.url}/console?as=${nora}`)
    await other.getByText('Your friends will be here.').waitFor()
    await windows.untilHears(other, 'notificationAdded')
    await followBySomebody(nora)
    await badge(other).waitFor()
    await close()
  }, 240_000)

  it('leave connections for queries when they are of many people', async () => {
    const { page, context, close } = await windows.open('alice')
    await page.getByRole('list', { name: 'Friends', exact: true }).waitFor()
    for (const name of ['bob', 'carol', 'dave']) {
      const other = await context.newPage()
      await other.goto(`${host.url}/console?as=${name}`)
      await other.getByRole('list', { name: 'Friends', exact: true }).waitFor()
    }
    await page.getByRole('link', { name: 'Games' }).click()
    await page.getByText('Five-a-side on Thursday').waitFor()
    await close()
  }, 240_000)
})
