import { describe, expect, it } from 'vitest'
import { seen } from '../../support/presence.ts'
import { befriend, makeClose, relationshipOf, verbs } from '../../support/verbs.ts'
import { expectGoodLooks } from './harness/good-looks.ts'
import { openKitUi, patience, type Screen, type ScreenOptions } from './harness/harness.ts'
import type { Shown } from './harness/people.ts'

// Friends, their levels and blocks as people see them.

const ui = await openKitUi()
const { app } = ui

const button = (screen: Screen, name: string | RegExp) => screen.page.getByRole('button', { name })
const names = (screen: Screen) => screen.page.locator('.cx-name').allTextContents()
const focused = (screen: Screen) =>
  screen.page.evaluate(() => document.querySelector(':focus')?.textContent ?? '')
const withUser = ({ id, username, displayName }: Shown) => ({
  user: { id, username, profile: { displayName } },
})

describe('the list of friends', () => {
  it('has close friends first, and those first who are online, with words for it', async () => {
    const { alice, bob, dan } = await circle()
    await seen(app, bob, 5)
    await seen(app, dan, 5)
    const props = { onInvite: { $call: 'invite' } }
    const screen = await ui.open(alice, 'FriendsList', { props })
    await expect.poll(() => names(screen), patience).toEqual(['Bob', 'Dan', 'Carol'])
    const headings = screen.page.getByRole('heading')
    expect(await headings.allTextContents()).toEqual([
      'FriendsList',
      'Friends',
      'Close friends',
      'Friends',
    ])
    const online = screen.page.getByRole('listitem').filter({ hasText: 'Online' })
    expect(await online.locator('.cx-name').allTextContents()).toEqual(['Bob', 'Dan'])
    await button(screen, 'Invite Dan').click()
    await expect
      .poll(async () => (await screen.calls())[0], patience)
      .toMatchObject({ name: 'invite', args: [{ id: dan.id, username: 'dan' }] })
    expect(screen.complaints).toEqual([])
  })

  it('shows somebody who accepts elsewhere, and says how many there are', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await verbs.requestFriend(alice, bob)
    const ofAlice = await ui.open(alice, 'FriendsList')
    await ofAlice.stage.getByText('Your friends will be here.').waitFor()
    const ofBob = await ui.open(bob, 'FriendRequestButton', { props: withUser(alice) })
    await button(ofBob, 'Accept Alice').click()
    await expect.poll(() => names(ofAlice), patience).toEqual(['Bob'])
    await ofAlice.page.getByRole('status').getByText('1 person').waitFor()
  })

  it('lets two become close friends by the keyboard alone, and each sees it', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await befriend(alice, bob)
    const ofAlice = await ui.open(alice, 'FriendsList')
    const ofBob = await ui.open(bob, 'FriendsList')
    const { keyboard } = ofAlice.page
    await button(ofAlice, 'Options Bob').focus()
    await keyboard.press('Enter')
    await expect.poll(() => focused(ofAlice)).toBe('Ask to be close friends')
    await keyboard.press('ArrowUp')
    await expect.poll(() => focused(ofAlice)).toBe('Remove friend')
    await keyboard.press('Escape')
    await expect.poll(() => focused(ofAlice)).toBe('Options')
    await keyboard.press('Enter')
    await expect.poll(() => focused(ofAlice)).toBe('Ask to be close friends')
    await keyboard.press('Enter')
    await ofAlice.stage.getByText('Close friend requested').waitFor()
    await expect.poll(() => focused(ofAlice)).toBe('Options')
    await ofBob.stage.getByText('Wants to be close friends').waitFor()
    await button(ofBob, 'Options Alice').click()
    await ofBob.page.getByRole('menuitem', { name: 'Become close friends' }).click()
    for (const { stage } of [ofAlice, ofBob])
      await stage.getByText('Close friend', { exact: true }).waitFor()
    expect([...ofAlice.complaints, ...ofBob.complaints]).toEqual([])
  })

  it('has menus beside their buttons, inside of the window, also in browsers before 2026', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await befriend(alice, bob)
    const screen = await ui.open(alice, 'FriendsList', { live: false })
    const options = button(screen, 'Options Bob')
    const places = async (direction: string, height: number) => {
      await screen.page.setViewportSize({ width: 390, height })
      await screen.page.evaluate((dir) => (document.documentElement.dir = dir), direction)
      // At once, as whoever sees the first picture of it.
      const [at, of] = await options.evaluate((opener: HTMLElement) => {
        opener.click()
        const menu = document.querySelector('.cx-menu:popover-open')
        if (menu === null) throw new Error('No menu.')
        return [menu.getBoundingClientRect(), opener.getBoundingClientRect()]
      })
      await screen.page.keyboard.press('Escape')
      await screen.page.getByRole('menu').waitFor({ state: 'hidden' })
      const isInside =
        at.x >= 0 && at.x + at.width <= 390 && at.y >= 0 && at.y + at.height <= height
      const edges = [at.x - of.x, at.x + at.width - of.x - of.width].map(Math.abs)
      return {
        isInside,
        isAligned: Math.min(...edges) < 1,
        isBelow: at.y >= of.y + of.height,
        isAbove: at.y + at.height <= of.y,
      }
    }
    const below = { isInside: true, isAligned: true, isBelow: true, isAbove: false }
    const above = { ...below, isBelow: false, isAbove: true }
    await screen.page.setViewportSize({ width: 390, height: 800 })
    const { y = 0, height = 0 } = (await options.boundingBox()) ?? {}
    const low = Math.ceil(y + height + 20)
    expect(await places('ltr', 800)).toEqual(below)
    expect(await places('rtl', 800)).toEqual(below)
    expect(await places('ltr', low)).toEqual(above)
    await forgetPositionArea(screen)
    const isNear = { isAligned: expect.any(Boolean) as boolean }
    expect(await places('ltr', 800)).toEqual({ ...below, ...isNear })
    expect(await places('rtl', 800)).toEqual({ ...below, ...isNear })
    expect(await places('ltr', low)).toEqual({ ...above, ...isNear })
  })

  it('has menus that stay with their buttons while something scrolls, also in browsers before 2026', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await befriend(alice, bob)
    const screen = await ui.open(alice, 'FriendsList', { live: false })
    const options = button(screen, 'Options Bob')
    await options.waitFor()
    await screen.page.addStyleTag({
      content: `body { height: 300vh } #stage { height: 400px; overflow: auto }
        #stage::after { content: ''; display: block; height: 800px }`,
    })
    const gap = async () => {
      const menu = await screen.page.getByRole('menu').boundingBox()
      const of = await options.boundingBox()
      return menu && of && Math.round(menu.y - of.y)
    }
    const scroll = (where: string) =>
      screen.page.evaluate((name) => {
        const element = document.querySelector(name)
        element?.scrollBy(0, 30)
        return element?.scrollTop
      }, where)
    const staysAt = async () => {
      await options.press('Enter')
      const before = await gap()
      expect(before).toBeGreaterThan(0)
      for (const where of ['html', '#stage']) {
        expect(await scroll(where)).toBeGreaterThan(0)
        await expect.poll(gap, patience).toBe(before)
      }
      await screen.page.keyboard.press('Escape')
      await screen.page.getByRole('menu').waitFor({ state: 'hidden' })
    }
    await staysAt()
    await forgetPositionArea(screen)
    await staysAt()
    expect(screen.complaints).toEqual([])
  })

  it('asks before it removes somebody, and gives the focus back, or to the next row', async () => {
    const { alice, bob, dan } = await circle()
    const screen = await ui.open(alice, 'FriendsList')
    const { keyboard } = screen.page
    const dialog = screen.page.getByRole('alertdialog', { name: /^Remove .Dan. as a friend\?$/ })
    const choose = async () => {
      await button(screen, 'Options Dan').press('Enter')
      // An open menu takes the focus, a moment later: not from the item that is pressed next.
      await screen.page.locator('[role=menuitem]:focus').waitFor()
      await screen.page.getByRole('menuitem', { name: 'Remove friend' }).press('Enter')
      await dialog.waitFor()
    }
    await choose()
    await expect.poll(() => focused(screen)).toBe('Cancel')
    const overflow = () =>
      screen.page.evaluate<string>('getComputedStyle(document.documentElement).overflowY')
    await expect.poll(overflow).toBe('hidden')
    await keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => focused(screen)).toBe('Options')
    await expect.poll(overflow).toBe('visible')
    await choose()
    await dialog.getByRole('button', { name: 'Cancel' }).press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => focused(screen)).toBe('Options')
    await choose()
    await dialog.getByRole('button', { name: 'Remove friend' }).press('Enter')
    await expect.poll(() => names(screen)).toEqual(['Bob', 'Carol'])
    await expect.poll(() => focused(screen)).toContain('Carol')
    await expect
      .poll(() => relationshipOf(alice, dan), patience)
      .toMatchObject({ friendshipLevel: null })
    // What fails brings the row back, and is said.
    await screen.fail('RemoveFriend')
    await button(screen, 'Options Bob').click()
    await screen.page.getByRole('menuitem', { name: 'Remove friend' }).click()
    await screen.page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await screen.page
      .getByRole('status')
      .getByText(/Bob.: That did not work/)
      .waitFor()
    await expect.poll(() => names(screen)).toContain('Bob')
    expect(await relationshipOf(alice, bob)).toMatchObject({ friendshipLevel: 'CLOSE' })
  })

  it('loads more by its button, or when the end comes near', async () => {
    const [alice] = await ui.people('alice')
    const others = await app.people(...Array.from({ length: 45 }, (_, n) => `friend ${n}`))
    for (const other of others) await befriend(alice, other)
    const screen = await ui.open(alice, 'FriendsList', { live: false })
    const rows = screen.page.getByRole('listitem')
    await expect.poll(() => rows.count(), patience).toBe(20)
    await button(screen, 'Load more').press('Enter')
    await expect.poll(() => rows.count(), patience).toBe(40)
    await screen.page.getByRole('status').getByText('40 people').waitFor()
    const props = { infinite: true }
    const other = await ui.open(alice, 'FriendsList', { live: false, props, height: 600 })
    const far = other.page.getByRole('listitem')
    await expect.poll(() => far.count(), patience).toBe(20)
    await far.last().scrollIntoViewIfNeeded()
    await expect.poll(() => far.count(), patience).toBe(40)
  })

  it('says that no friend has such a name, where somebody searches', async () => {
    const { alice } = await circle()
    const screen = await ui.open(alice, 'FriendsList', { props: { search: 'nobody' }, live: false })
    await screen.stage.getByText('Nobody found.').waitFor()
  })

  it("shows people in the host's own way", async () => {
    const { alice } = await circle()
    const screen = await ui.open(alice, 'FriendsList', { ownUsers: true, live: false })
    await expect
      .poll(() => screen.stage.locator('.host-user').allTextContents(), patience)
      .toEqual(['bob', 'dan', 'carol'])
    expect(await names(screen)).toEqual([])
  })

  it('looks as it should', async () => {
    const { alice, bob } = await circle()
    await seen(app, bob, 5)
    const props = { onInvite: { $call: 'invite' } }
    await expectGoodLooks(
      'friends-list',
      (options) => ui.open(alice, 'FriendsList', { ...options, props, live: false }),
      '.cx-badge-close',
    )
  })
})

describe('the badge of a friendship', () => {
  it('says how close the two are, or who has asked to be close friends', async () => {
    const states: readonly [(alice: Shown, other: Shown) => Promise<unknown>, string][] = [
      [() => Promise.resolve(), ''],
      [befriend, 'Friend'],
      [makeClose, 'Close friend'],
      [
        async (alice, other) => {
          await befriend(alice, other)
          await verbs.askClose(alice, other)
        },
        'Close friend requested',
      ],
      [
        async (alice, other) => {
          await befriend(alice, other)
          await verbs.askClose(other, alice)
        },
        'Wants to be close friends',
      ],
    ]
    const [alice] = await ui.people('alice')
    const others = await ui.people(...states.map((_, place) => `person${place}`))
    for (const [place, other] of others.entries()) await states[place]?.[0](alice, other)
    const props = { users: others.map(({ id }) => ({ id })), as: 'badge' }
    const screen = await ui.open(alice, 'EachPersonSample', { props, live: false })
    const shown = () => screen.page.locator('#stage > div').allTextContents()
    await expect.poll(shown, patience).toEqual(states.map(([, text]) => text))
  })
})

describe('blocking somebody', () => {
  it('says what it does before, and hides each from the other', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await befriend(alice, bob)
    const props = { ...withUser(bob), onBlocked: { $call: 'blocked' } }
    const screen = await ui.open(alice, 'BlockUserAction', { props })
    const ofBob = await ui.open(bob, 'FriendsList')
    await expect.poll(() => names(ofBob), patience).toEqual(['Alice'])
    await button(screen, 'Block Bob').press('Enter')
    const dialog = screen.page.getByRole('alertdialog', { name: /^Block .Bob.\?$/ })
    await expect.poll(() => dialog.getByRole('listitem').count()).toBe(4)
    await expect.poll(() => focused(screen)).toBe('Cancel')
    await screen.page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => focused(screen)).toBe('Block')
    expect(screen.operations).not.toContain('BlockUser')
    await button(screen, 'Block Bob').press('Enter')
    await dialog.getByRole('button', { name: 'Block' }).press('Enter')
    await button(screen, 'Unblock Bob').waitFor()
    await expect.poll(() => focused(screen)).toBe('Unblock')
    await expect.poll(() => screen.calls(), patience).toMatchObject([{ name: 'blocked' }])
    await ofBob.page.reload()
    await ofBob.stage.getByText('Your friends will be here.').waitFor()
    const asked = await ui.open(bob, 'FriendRequestButton', { props: withUser(alice), live: false })
    await asked.stage.getByText('Cannot be added').waitFor()
    expect(screen.complaints).toEqual([])
  })

  it('takes the person from the list of blocked people when it ends, and the focus goes on', async () => {
    const [alice, bob, carol] = await ui.people('alice', 'bob', 'carol')
    await verbs.blockUser(alice, carol)
    await verbs.blockUser(alice, bob)
    const screen = await ui.open(alice, 'BlockedUsersList')
    await expect.poll(() => names(screen), patience).toEqual(['Bob', 'Carol'])
    await button(screen, 'Unblock Bob').press('Enter')
    await expect.poll(() => names(screen)).toEqual(['Carol'])
    await expect.poll(() => focused(screen)).toContain('Carol')
    await button(screen, 'Unblock Carol').press('Enter')
    await screen.stage.getByText('People whom you block will be here.').waitFor()
    await expect.poll(() => focused(screen)).toBe('Blocked people')
    // Rows are gone before the service has answered.
    await expect
      .poll(() => relationshipOf(alice, bob), patience)
      .toMatchObject({ isBlocking: false })
  })

  it('says when there are too many blocks', async () => {
    const [alice, bob] = await ui.people('alice', 'bob')
    await app.admin.query(
      `insert into user_blocks (blocker_user_id, blocked_user_id) select $1, gen_random_uuid() from generate_series(1, 200)`,
      [alice.id],
    )
    const screen = await ui.open(alice, 'BlockUserAction', { props: withUser(bob) })
    await button(screen, 'Block Bob').click()
    await screen.page.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click()
    await screen.page
      .getByRole('status')
      .getByText(/A limit is reached/)
      .waitFor()
    await button(screen, 'Block Bob').waitFor()
  })

  it('looks as it should, with the dialog open, too', async () => {
    const [alice, bob, carol] = await ui.people('alice', 'bob', 'carol')
    await verbs.blockUser(alice, carol)
    await verbs.blockUser(alice, bob)
    await expectGoodLooks(
      'blocked-users-list',
      (options) => ui.open(alice, 'BlockedUsersList', { ...options, live: false }),
      '.cx-row',
    )
    const [dan] = await ui.people('dan')
    const openDialog = async (options: ScreenOptions) => {
      const small = { ...options, props: withUser(dan), live: false, height: 500 }
      const screen = await ui.open(alice, 'BlockUserAction', small)
      await screen.stage.getByRole('button').click()
      return screen
    }
    await expectGoodLooks('block-user-action', openDialog, '[role=alertdialog]')
  })
})

/** As in browsers that do not know it. */
async function forgetPositionArea({ page }: Screen) {
  await page.addStyleTag({
    content: '.cx-menu { position-area: none; position-try-fallbacks: none }',
  })
  await page.evaluate(() => {
    CSS.supports = (property: string) => property !== 'position-area'
  })
}

/** Alice, whose close friend is bob, and whose friends are carol and, since later, dan. */
async function circle() {
  const [alice, bob, carol, dan] = await ui.people('alice', 'bob', 'carol', 'dan')
  await makeClose(alice, bob)
  await befriend(alice, carol)
  await befriend(alice, dan)
  return { alice, bob, carol, dan }
}
