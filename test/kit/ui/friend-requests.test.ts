import { describe, expect, it } from 'vitest'
import { befriend, makeClose, relationshipOf, requests, verbs } from '../../support/verbs.ts'
import { expectGoodLooks } from './harness/good-looks.ts'
import { openKitUi, patience, type Screen, type ScreenOptions } from './harness/harness.ts'
import { axe } from './harness/looks.ts'
import type { Shown } from './harness/people.ts'

// Friend requests as people see them: the button between two people, and the list.

const ui = await openKitUi()
const { app } = ui

const button = (screen: Screen, name: string | RegExp) => screen.page.getByRole('button', { name })
const rows = (screen: Screen) => screen.page.getByRole('listitem')
const focused = (screen: Screen) =>
  screen.page.evaluate(() => document.querySelector(':focus')?.textContent ?? '')

async function openButton(viewer: Shown, user: Shown, options: ScreenOptions = {}) {
  const { id, username, displayName } = user
  const props = { user: { id, username, profile: { displayName } }, ...options.props }
  return ui.open(viewer, 'FriendRequestButton', { ...options, props })
}

describe('the button between two people', () => {
  it('lets alice ask and bob accept, and each sees at once what the other does', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const ofAlice = await openButton(alice, bob)
    const ofBob = await openButton(bob, alice)
    await button(ofAlice, 'Add friend Bob').click()
    await ofAlice.stage.getByText('Requested').waitFor()
    await expect.poll(() => focused(ofAlice)).toBe('Cancel request')
    await button(ofBob, 'Accept Alice').click()
    for (const screen of [ofAlice, ofBob]) await button(screen, /^Friend /).waitFor()
    expect(await relationshipOf(alice, bob)).toMatchObject({ friendshipLevel: 'FRIEND' })
    expect([...ofAlice.complaints, ...ofBob.complaints]).toEqual([])
  })

  it('shows alice what she can do in every state of the two', async () => {
    const states: readonly [(alice: Shown, other: Shown) => Promise<unknown>, string][] = [
      [() => Promise.resolve(), 'Add friend'],
      [(alice, other) => verbs.requestFriend(alice, other), 'Requested Cancel request'],
      [(alice, other) => verbs.requestFriend(other, alice), 'Accept Ignore'],
      [befriend, 'Friend'],
      [makeClose, 'Close friend'],
      [
        async (alice, other) => {
          await befriend(alice, other)
          await verbs.askClose(other, alice)
        },
        'Friend wants to be close friends Accept Ignore',
      ],
      [(alice, other) => verbs.blockUser(alice, other), 'Blocked'],
      [(alice, other) => verbs.blockUser(other, alice), 'Cannot be added'],
      [
        (_, other) =>
          other.ask(
            'mutation { updatePrivacySettings(settings: { allowFriendRequests: NOBODY }) { changed } }',
          ),
        'Cannot be added',
      ],
    ]
    const [alice] = await ui.people('alice')
    const others = await ui.people(...states.map((_, place) => `person${place}`))
    for (const [place, other] of others.entries()) await states[place]?.[0](alice, other)
    const users = others.map(({ id, username }) => ({ id, username }))
    const props = { users, as: 'button' }
    const screen = await ui.open(alice, 'EachPersonSample', { props, live: false })
    const shown = async () =>
      await screen.page.locator('#stage > div > .cx-actions').evaluateAll((each) =>
        each.map(({ children }) =>
          [...children]
            .filter(({ role }) => role !== 'menu')
            .map(({ textContent }) => textContent)
            .join(' '),
        ),
      )
    await expect.poll(shown, patience).toEqual(states.map(([, text]) => text))
    expect(await axe(screen.page)).toEqual([])
    expect(screen.complaints).toEqual([])
  })

  it('says how many requests are left from ten on, and when there will be more', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const use = (count: number) =>
      app.admin.query(
        `insert into quota_uses (user_id, action) select $1, 'requestFriend' from generate_series(1, $2::int)`,
        [alice.id, count],
      )
    await use(39)
    const screen = await openButton(alice, bob)
    await expect.poll(() => screen.stage.textContent(), patience).toBe('Add friend')
    await use(1)
    await screen.page.reload()
    await screen.stage.getByText('10 requests left today').waitFor()
    await use(10)
    await screen.page.reload()
    await screen.stage.getByText(/^No requests left. You can send more /).waitFor()
    expect(await button(screen, /^Add friend/).getAttribute('aria-disabled')).toBe('true')
    await button(screen, /^Add friend/).click({ force: true })
    expect(screen.operations).not.toContain('RequestFriend')
  })

  it('sends a message along, by the keyboard alone', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const screen = await openButton(alice, bob, { props: { withMessage: true } })
    const { keyboard } = screen.page
    await button(screen, 'Add a message').waitFor()
    await keyboard.press('Tab')
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    const message = screen.page
      .getByRole('textbox', { name: 'Your message' })
      .and(screen.page.locator(':focus'))
    await message.waitFor()
    await keyboard.press('Escape')
    await expect.poll(() => focused(screen)).toBe('Add friend')
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await message.waitFor()
    await keyboard.type('Chess?')
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await screen.stage.getByText('Requested').waitFor()
    await expect.poll(() => focused(screen)).toBe('Cancel request')
    await expect
      .poll(async () => (await requests(bob, { direction: 'INCOMING' })).edges[0]?.node.hasMessage)
      .toBe(true)
  })

  it('takes a message as long as the service does, which counts an emoji once', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const screen = await openButton(alice, bob, { props: { withMessage: true } })
    await button(screen, 'Add a message').click()
    const message = screen.page.getByRole('textbox', { name: 'Your message' })
    const longest = '🙂'.repeat(120)
    await message.fill(`${longest}🙂`)
    expect(await message.inputValue()).toBe(longest)
    await button(screen, 'Send request').click()
    // The page of alice says so before the service has heard of it.
    await expect
      .poll(async () => (await requests(bob, { direction: 'INCOMING' })).totalCount, patience)
      .toBe(1)
    const ofBob = await ui.open(bob, 'FriendRequestList', { live: false })
    await button(ofBob, 'Show message Alice').click()
    await ofBob.page.getByText(longest, { exact: true }).waitFor()
  })

  it('keeps a message that was begun for bob away from carol', async () => {
    const [alice, bob, carol] = await ui.people('alice', 'bob', 'carol')
    const users = [bob, carol].map(({ id, username }) => ({ id, username }))
    const screen = await ui.open(alice, 'NextPersonSample', { props: { users } })
    await button(screen, 'Add a message').click()
    await screen.page.getByRole('textbox').fill('Dear Bob')
    await button(screen, 'Next').click()
    await button(screen, 'Add friend carol').waitFor()
    await button(screen, 'Add a message').click()
    expect(await screen.page.getByRole('textbox').inputValue()).toBe('')
  })

  it('sends what waits to be undone before anything else is done to the same person', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await verbs.requestFriend(bob, alice)
    const screen = await openButton(alice, bob)
    await button(screen, 'Ignore Bob').click()
    await button(screen, 'Add friend Bob').click()
    await button(screen, /^Friend /).waitFor()
    const done = screen.operations.filter(
      (name) => name.endsWith('Friend') || name.startsWith('Respond'),
    )
    expect(done).toEqual(['RespondFriendRequest', 'RequestFriend'])
    expect(await relationshipOf(alice, bob)).toMatchObject({ friendshipLevel: 'FRIEND' })
  })

  it('says that what was done offline waits, and sends it when the network is back', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const screen = await openButton(alice, bob)
    await button(screen, /^Add friend/).waitFor()
    await screen.setOffline(true)
    await button(screen, /^Add friend/).click()
    await screen.page
      .getByRole('status')
      .getByText(/^You are offline. Keep this page open/)
      .waitFor()
    await screen.setOffline(false)
    await expect
      .poll(() => relationshipOf(bob, alice), patience)
      .toMatchObject({ incomingRequest: { status: 'PENDING' } })
    await expect.poll(() => screen.page.locator('.cx-toast').count(), patience).toBe(0)
  })

  it('takes back what has failed, and says so', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const screen = await openButton(alice, bob)
    await screen.fail('RequestFriend')
    await button(screen, /^Add friend/).click()
    await screen.page.getByRole('alert').getByText('That did not work. Try again.').waitFor()
    await button(screen, /^Add friend/).waitFor()
  })

  it('looks alike in every theme, width and direction', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await verbs.requestFriend(bob, alice)
    await expectGoodLooks(
      'friend-request-button',
      (options) => openButton(alice, bob, { ...options, live: false }),
      '.cx-button-primary',
    )
  })
})

describe('the list of requests', () => {
  it('shows what arrives while it is open, and bob sees that alice accepts', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    const ofAlice = await ui.open(alice, 'FriendRequestList')
    const ofBob = await ui.open(bob, 'FriendRequestList', { props: { box: 'outgoing' } })
    await ofAlice.stage.getByText('Friend requests that you receive will be here.').waitFor()
    await bob.ask(
      'mutation ($id: ID!) { requestFriend(userId: $id, message: "Chess?") { changed } }',
      {
        id: alice.id,
      },
    )
    await ofBob.reload()
    await button(ofBob, 'Cancel request Alice').waitFor()
    await button(ofAlice, 'Accept Bob').waitFor()
    // A stranger's words are hidden until they are asked for.
    expect(await ofAlice.stage.textContent()).not.toContain('Chess?')
    const mend = await ofAlice.fail('RevealMessage')
    await button(ofAlice, 'Show message Bob').press('Enter')
    await ofAlice.stage.getByText('That did not work. Try again.').waitFor()
    mend()
    await button(ofAlice, 'Show message Bob').press('Enter')
    await ofAlice.stage.getByText('Chess?').waitFor()
    await expect.poll(() => focused(ofAlice)).toContain('Bob')
    await button(ofAlice, 'Accept Bob').click()
    await expect.poll(() => rows(ofAlice).count()).toBe(0)
    await expect.poll(() => rows(ofBob).count(), patience).toBe(0)
    expect([...ofAlice.complaints, ...ofBob.complaints]).toEqual([])
  })

  it('has tabs for received, sent and filtered ones, which the arrow keys reach', async () => {
    const [alice, bob, carol] = await ui.people('alice', 'bob', 'carol')
    const { request } = await verbs.requestFriend(bob, alice)
    await verbs.reject(alice, request)
    await app.admin.query(
      `update user_friend_requests set created_at = now() - interval '31 days', expires_at = now() - interval '1 day' where id = $1`,
      [request.id],
    )
    await verbs.requestFriend(bob, alice)
    await verbs.requestFriend(alice, carol)
    const screen = await ui.open(alice, 'FriendRequestList')
    await screen.stage.getByText('Friend requests that you receive will be here.').waitFor()
    const { keyboard } = screen.page
    await keyboard.press('Tab')
    await keyboard.press('ArrowRight')
    await button(screen, 'Cancel request Carol').waitFor()
    await keyboard.press('End')
    await button(screen, 'Accept Bob').waitFor()
    await keyboard.press('ArrowRight')
    await screen.stage.getByText('Friend requests that you receive will be here.').waitFor()
  })

  it('lets alice undo an ignored request: the row is back and has the focus, and nothing was sent', async () => {
    const { screen, alice, bob } = await listOf('bob', 'carol')
    await button(screen, 'Ignore Bob').press('Enter')
    await expect.poll(() => rows(screen).count()).toBe(1)
    await expect.poll(() => focused(screen)).toContain('Carol')
    await screen.page
      .getByRole('status')
      .getByText(/Request from .Bob. ignored/)
      .waitFor()
    await button(screen, 'Undo').press('Enter')
    await expect.poll(() => rows(screen).count()).toBe(2)
    await expect.poll(() => focused(screen)).toContain('Bob')
    expect(screen.operations).not.toContain('RespondFriendRequest')
    expect(await relationshipOf(alice, bob)).toMatchObject({
      incomingRequest: { status: 'PENDING' },
    })
  })

  it('leaves the focus where it is when she comes back to a list in which something was undone', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await verbs.requestFriend(bob, alice)
    const screen = await ui.open(alice, 'FriendRequestList')
    await button(screen, 'Ignore Bob').press('Enter')
    await button(screen, 'Undo').press('Enter')
    await button(screen, 'Ignore Bob').waitFor()
    await screen.page.getByRole('tab', { name: 'Received' }).press('ArrowRight')
    await screen.page.getByRole('tab', { name: 'Sent' }).press('ArrowLeft')
    await button(screen, 'Ignore Bob').waitFor()
    expect(await focused(screen)).toBe('Received')
  })

  it('takes a double click for one, and not for the row that moves up in between', async () => {
    const { screen } = await listOf('bob', 'carol')
    const { mouse } = screen.page
    const box = await button(screen, 'Ignore').first().boundingBox()
    if (box === null) throw new Error('No button.')
    await mouse.click(box.x + 10, box.y + 10)
    await expect.poll(() => rows(screen).count()).toBe(1)
    await mouse.down({ clickCount: 2 })
    await mouse.up({ clickCount: 2 })
    await screen.page.waitForTimeout(300)
    expect(await rows(screen).count()).toBe(1)
    expect(sent(screen)).toBe(0)
  })

  it('sends what was ignored once: when its time is over, which stands still under the pointer and with the focus', async () => {
    const { screen, alice, bob } = await listOf('bob')
    await screen.page.clock.install()
    await screen.page.reload()
    await button(screen, 'Ignore Bob').click()
    // At once, as its time goes on.
    await button(screen, 'Undo').hover()
    await screen.stage.getByText('will be here').waitFor()
    await expect.poll(() => focused(screen)).toBe('Received')
    await screen.page.clock.fastForward(20_000)
    expect(sent(screen)).toBe(0)
    await screen.page.mouse.move(0, 0)
    await screen.page.keyboard.press('F8')
    await expect.poll(() => focused(screen)).toBe('Undo')
    await screen.page.clock.fastForward(20_000)
    expect(sent(screen)).toBe(0)
    await screen.page.keyboard.press('F8')
    await expect.poll(() => focused(screen)).toBe('Received')
    await screen.page.clock.fastForward(8_001)
    await expect.poll(() => sent(screen), patience).toBe(1)
    await expect.poll(() => button(screen, 'Undo').count()).toBe(0)
    await screen.page.clock.fastForward(20_000)
    await hide(screen)
    await expect
      .poll(() => relationshipOf(alice, bob), patience)
      .toMatchObject({ incomingRequest: null })
    await screen.page.waitForTimeout(100)
    expect(sent(screen)).toBe(1)
  })

  it('moves nothing below when its hidden heading gets the focus, and shows by keys where that is', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await verbs.requestFriend(bob, alice)
    const screen = await ui.open(alice, 'FriendRequestList', { live: false })
    await button(screen, 'Ignore Bob').click()
    await expect.poll(() => focused(screen)).toBe('Received')
    const heading = screen.stage.getByRole('heading', { name: 'Received' })
    expect((await heading.boundingBox())?.height).toBe(1)
    await screen.page.keyboard.press('F8')
    await expect.poll(() => focused(screen)).toBe('Undo')
    await screen.page.keyboard.press('F8')
    await expect.poll(() => focused(screen)).toBe('Received')
    const outline = (part: HTMLElement) => getComputedStyle(part.parentElement ?? part).outlineStyle
    await expect.poll(() => heading.evaluate(outline)).toBe('solid')
  })

  it('sends it before the next one waits, and when the page is left, also when that is closed', async () => {
    const { screen, alice, bob, others } = await listOf('bob', 'carol', 'dan')
    await button(screen, 'Ignore Bob').click()
    await button(screen, 'Ignore Carol').click()
    await expect.poll(() => sent(screen)).toBe(1)
    await expect.poll(() => relationshipOf(alice, bob)).toMatchObject({ incomingRequest: null })
    const [carol, dan] = others as [Shown, Shown]
    await screen.page.goto('about:blank')
    await expect.poll(() => relationshipOf(alice, carol)).toMatchObject({ incomingRequest: null })
    const other = await ui.open(alice, 'FriendRequestList')
    await button(other, 'Ignore Dan').click()
    await other.page.close({ runBeforeUnload: true })
    await expect
      .poll(() => relationshipOf(alice, dan), patience)
      .toMatchObject({ incomingRequest: null })
    const answered = await requests(alice, { direction: 'INCOMING', status: 'REJECTED' })
    expect(answered.totalCount).toBe(3)
  })

  it('brings the row back when it fails afterwards, and says so', async () => {
    const { screen } = await listOf('bob')
    await screen.fail('RespondFriendRequest')
    await button(screen, 'Ignore Bob').click()
    await expect.poll(() => rows(screen).count()).toBe(0)
    await hide(screen)
    await screen.page
      .getByRole('status')
      .getByText(/could not be ignored. It is back/)
      .waitFor()
    await button(screen, 'Ignore Bob').waitFor()
    await button(screen, 'Close').click()
    await expect.poll(() => screen.page.locator('.cx-toast').count()).toBe(0)
  })

  it('moves the focus to the next row, then to the one before, then to the heading', async () => {
    const { screen } = await listOf('bob', 'carol', 'dan')
    const names = await rows(screen).locator('.cx-name').allTextContents()
    await button(screen, `Accept ${names[1] ?? ''}`).press('Enter')
    await expect.poll(() => focused(screen)).toContain(names[2])
    await screen.page.keyboard.press('Tab')
    await screen.page.keyboard.press('Enter')
    await expect.poll(() => focused(screen)).toContain(names[0])
    await screen.page.keyboard.press('Tab')
    await screen.page.keyboard.press('Enter')
    await expect.poll(() => focused(screen)).toBe('Received')
  })

  it('says that it is loading, that it is offline and that it has failed, and tries again', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await verbs.requestFriend(bob, alice)
    // A stream that opens reads everything again, by itself.
    const options = { props: { box: 'incoming' }, live: false }
    const screen = await ui.open(alice, 'FriendRequestList', options)
    const release = await screen.hold('ListFriendRequests')
    await screen.page.reload()
    await screen.page.locator('section[aria-busy=true] .cx-skeleton').waitFor()
    const mend = await screen.fail('ListFriendRequests')
    release()
    await screen.page.getByRole('alert').getByText('This could not be loaded.').waitFor()
    expect(await axe(screen.page)).toEqual([])
    await screen.setOffline(true)
    await button(screen, 'Try again').click()
    await screen.page.getByRole('alert').getByText('You are offline.').waitFor()
    mend()
    await screen.setOffline(false)
    await button(screen, 'Accept Bob').waitFor()
  })

  it('looks alike in every theme, width and direction, with names of every kind', async () => {
    const { alice } = await longNames()
    await expectGoodLooks(
      'friend-request-list',
      (options) => ui.open(alice, 'FriendRequestList', { ...options, live: false }),
      '.cx-row .cx-button',
    )
  })
})

const sent = ({ operations }: Screen) =>
  operations.filter((name) => name === 'RespondFriendRequest').length

/** Lets the page believe that it is not visible any more, and is again. */
function hide({ page }: Screen): Promise<void> {
  return page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
  })
}

/** Alice's list, with requests of these people. */
async function listOf(...names: string[]) {
  const [alice, ...others] = (await ui.people('alice', ...names)) as [Shown, Shown, ...Shown[]]
  for (const other of others) await verbs.requestFriend(other, alice)
  const screen = await ui.open(alice, 'FriendRequestList', { props: { box: 'incoming' } })
  await expect.poll(() => rows(screen).count(), patience).toBe(others.length)
  const [bob, ...rest] = others
  return { screen, alice, bob, others: rest }
}

async function longNames() {
  const [alice, bob, carol, dan] = await ui.people('alice', 'bob', 'carol', 'dan')
  const rename = (person: Shown, displayName: string) =>
    person.ask(
      'mutation ($displayName: String!) { updateProfile(profile: { displayName: $displayName }) { changed } }',
      { displayName },
    )
  await rename(bob, 'Bartholomew Featherstonehaugh-Cholmondeley the Younger of Wye')
  await rename(carol, 'كارول بنت عبد الرحمن')
  await rename(dan, '山田太郎')
  for (const person of [dan, carol, bob]) await verbs.requestFriend(person, alice)
  return { alice }
}
