import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { consoleBundle } from '../../../src/dev/console/bundle.ts'
import { idOf } from '../../../src/dev/seed/people.ts'
import { axe, sidewaysScroll, smallTargets } from '../../kit/ui/harness/looks.ts'
import { differenceFound, pictureFont } from '../../support/compared-picture.ts'
import { openConsole, patience } from '../../support/console-page.ts'
import { openExplorerHost } from '../../support/explorer-host.ts'

// How the console looks and is used: for everybody, on every screen, by keys, without a network.

await consoleBundle().ready()
const host = await openExplorerHost()
const windows = openConsole(host)

const games = '/games/00000000-0000-4000-9000-00000000000'

/**
 * Each page, and the name of its picture. Neighbours are not the same page, so that
 * it is known when one has come.
 */
const pages = [
  ['/', 'home'],
  ['/people?q=bo', 'people-found'],
  ['/requests', 'requests'],
  ['/people?tab=followers', 'followers'],
  ['/contacts', 'contacts'],
  [`/people/${idOf('bob')}`, 'person'],
  ['/contacts?tab=links', 'contact-links'],
  ['/games', 'games'],
  ['/inbox', 'inbox'],
  ['/requests?tab=ignored', 'requests-ignored'],
  [`${games}1`, 'game'],
  ['/privacy', 'privacy'],
  [`${games}4`, 'game-invited'],
  ['/blocked', 'blocked'],
  ['/more', 'settings'],
  ['/welcome', 'profile'],
  ['/link/nothing-of-the-kind', 'contact-link-invalid'],
  ['/no/such/page', 'no-page'],
] as const

/** Tablets, a desk at 200 % zoom, and a telephone with large letters. */
const screens = [
  [1024, 768, 16],
  [768, 1024, 16],
  [680, 450, 16],
  [390, 844, 24],
] as const
const usualLetters = 16

/** Who is online depends on the hour, whom to suggest on the day, and what is unread on events. */
const style = `
  :root, :root * { font-family: '${pictureFont}' !important }
  .cx-presence, .home-suggestions, .badge { display: none !important }
  time { display: inline-block; inline-size: 6em; overflow: hidden; white-space: nowrap; visibility: hidden }
`

describe('every page', () => {
  it('looks as it did on a desk, and is as good on tablets, at 200 % zoom and with large letters', async () => {
    const { page, context, turnTo, close } = await windows.open('alice', '/more')
    const browser = await context.newCDPSession(page)
    await browser.send('Page.enable')
    await orderInbox(page)
    const setLetters = (standard: number) =>
      browser.send('Page.setFontSizes', { fontSizes: { standard, fixed: 13 } })
    const found: string[] = []
    for (const [path, name] of pages) {
      await turnTo(path)
      found.push(...(await differs(page, name)))
      found.push(...[...(await axe(page)), ...(await sidewaysScroll(page))].map(on(path)))
      for (const [width, height, letters] of screens) {
        await page.setViewportSize({ width, height })
        if (letters !== usualLetters) await setLetters(letters)
        const problems = [...(await sidewaysScroll(page)), ...(await smallTargets(page, 24))]
        found.push(...problems.map(on(`${path} ${width} × ${height}, ${letters} px`)))
      }
      await setLetters(usualLetters)
      await page.setViewportSize({ width: 1360, height: 900 })
    }
    expect(found).toEqual([])
    await close()
  }, 600_000)

  it('is as good on a dark telephone, in Arabic too, where a finger meets everything', async () => {
    const dark = { theme: 'dark', width: 390 } as const
    const { page, turnTo, close } = await windows.open('alice', '/more', dark)
    await orderInbox(page)
    const found: string[] = []
    for (const [path, name] of pages) {
      await turnTo(path)
      found.push(...(await differs(page, `${name}-dark`)))
      found.push(...[...(await sidewaysScroll(page)), ...(await smallTargets(page))].map(on(path)))
    }
    await turnTo('/more')
    await page.getByRole('combobox', { name: 'Language' }).selectOption('ar')
    for (const [path] of pages) {
      await turnTo(path)
      found.push(...[...(await axe(page)), ...(await sidewaysScroll(page))].map(on(path)))
    }
    expect(found).toEqual([])
    await close()
  }, 600_000)
})

describe('what opens above a page', () => {
  it('has nothing that axe finds, light or dark', async () => {
    const { page, close } = await windows.open('nobody', '', { width: 390 })
    const expectNothing = async () => {
      expect(await sidewaysScroll(page)).toEqual([])
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme })
        await allStill(page)
        expect([colorScheme, await axe(page)]).toEqual([colorScheme, []])
      }
    }
    await expectNothing()
    expect(await differs(page, 'sign-in')).toEqual([])
    await page.getByRole('button', { name: 'alice' }).click()
    await page.getByRole('button', { name: /Signed in as/ }).click()
    await page.getByRole('dialog', { name: 'Be somebody else' }).waitFor()
    const shadow = `getComputedStyle(document.getElementById('people-menu')).boxShadow`
    expect(await page.evaluate(shadow)).not.toBe('none')
    await expectNothing()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Games' }).click()
    await page.getByRole('button', { name: 'New game' }).click()
    await page.getByRole('dialog', { name: 'New game' }).waitFor()
    await expectNothing()
    expect(await differs(page, 'new-game')).toEqual([])
    await close()
  }, 120_000)
})

describe('by keys alone', () => {
  it('somebody searches, goes through the rows, opens one and is at its heading', async () => {
    const { page, heading, close } = await windows.open('alice')
    await page.keyboard.press('Tab')
    await expect.poll(() => focused(page), patience).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('/')
    await heading('People')
    await expect.poll(() => page.evaluate('document.activeElement.type'), patience).toBe('search')
    await page.keyboard.type('bob')
    // What is found for the first letters goes again, and with it what has the focus.
    await expect.poll(() => new URL(page.url()).searchParams.get('q'), patience).toBe('bob')
    await page.getByRole('status').filter({ hasText: '1 person' }).waitFor({ state: 'attached' })
    await page.getByRole('link', { name: /Bob/ }).first().waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await expect.poll(() => focused(page), patience).toContain('Bob')
    await page.keyboard.press('Enter')
    await heading(/Bob/)
    await expect.poll(() => page.evaluate('document.activeElement.tagName'), patience).toBe('H1')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await close()
  })

  it('a letter in a field is a letter', async () => {
    const { page, close } = await windows.open('alice', '/people')
    await page.getByRole('searchbox').fill('')
    await page.keyboard.type('/j?')
    await expect.poll(() => page.getByRole('searchbox').inputValue(), patience).toBe('/j?')
    await close()
  })
})

describe('a game', () => {
  const tennis = '00000000-0000-4000-9000-000000000004'

  it('keeps the focus of who invites to it', async () => {
    const { page, heading, close } = await windows.open('alice', '/games')
    await page.getByRole('button', { name: 'New game' }).click()
    await page.getByRole('dialog', { name: 'New game' }).getByLabel('Title').fill('Darts at dawn')
    await page.keyboard.press('Enter')
    await heading('Darts at dawn')
    const list = page.getByRole('list', { name: 'Invite friends' })
    const candidate = list.getByRole('listitem').filter({ hasText: 'Bob' }).getByRole('button')
    await candidate.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => candidate.innerText(), patience).toMatch(/^Invited/)
    await expect.poll(() => focused(page), patience).toMatch(/^Invited/)
    await close()
  })

  it('keeps the focus of who declines it, and of who joins it', async () => {
    const { page, close } = await windows.open('carol', `/games/${tennis}`)
    await page.getByRole('button', { name: 'Decline' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('You can join this game.').waitFor()
    await expect.poll(() => focused(page), patience).toBe('Join')
    await page.getByRole('button', { name: 'Join' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Leave game' }).waitFor()
    await expect.poll(() => focused(page), patience).toMatch(/^Taking part/)
    await close()
  })
})

describe('a person', () => {
  it('who accepts the only request at home does not lose the focus', async () => {
    const nora = randomUUID()
    const home = await windows.open(nora)
    const trent = await windows.open('trent', `/people/${nora}`)
    await trent.page.getByRole('button', { name: /^Add friend/ }).click()
    await trent.page.getByText('Requested', { exact: true }).waitFor()
    const accept = home.page.getByRole('button', { name: /^Accept/ })
    await accept.focus()
    await home.page.keyboard.press('Enter')
    await home.page.getByRole('list', { name: 'Friends', exact: true }).waitFor()
    // All that hangs on the request has gone, also what is read again.
    await accept.waitFor({ state: 'detached' })
    await home.page.locator('.figures').getByText('0 Friend requests').waitFor()
    const tag = () => home.page.evaluate('document.activeElement.tagName')
    await expect.poll(tag, patience).not.toBe('BODY')
    await trent.close()
    await home.close()
  })

  it('is followed and kept on their page', async () => {
    const { page, go, close } = await windows.open(randomUUID(), `/people/${idOf('judy')}`)
    const difference = page.getByText('Following needs no answer.')
    await difference.waitFor()
    await page.getByRole('button', { name: /^Follow / }).click()
    await page.getByRole('button', { name: /^Unfollow / }).waitFor()
    await difference.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Add to contacts / }).click()
    await page.getByRole('button', { name: /^Remove from contacts / }).waitFor()
    await go('/people?tab=following')
    await page.getByRole('list', { name: 'Following' }).getByText('@judy').waitFor()
    await close()
  })

  it('without a name is called the same in the inbox and on their page', async () => {
    const nobody = await windows.open(randomUUID(), `/people/${idOf('grace')}`)
    await nobody.page.getByRole('button', { name: /^Add friend/ }).click()
    await nobody.page.getByText('Requested', { exact: true }).waitFor()
    const { page, heading, close } = await windows.open('grace', '/inbox')
    await page.getByRole('link', { name: /^Someone sent you a friend request/ }).click()
    await heading('Someone')
    await nobody.close()
    await close()
  })

  it('who blocks somebody does not see their games again, not even while these load', async () => {
    const { page, heading, close } = await windows.open('heidi', '/games')
    const mallorys = page.getByText('Street basketball')
    await page.getByRole('link', { name: /Street basketball/ }).click()
    await heading(/Street basketball/)
    await page
      .getByRole('link', { name: /Mallory/ })
      .first()
      .click()
    await page.getByRole('button', { name: /^Block / }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click()
    await heading('Blocked people')
    await page.route(
      (url) => url.pathname === '/graphql',
      () => undefined,
    )
    await page.getByRole('link', { name: 'Games' }).click()
    await heading('Games')
    expect(await mallorys.count()).toBe(0)
    await close()
  })
})

describe('a window', () => {
  it('signs in once, however much it asks at first', async () => {
    const { page, go, close } = await windows.open('nobody')
    const signIns: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/explorer/sign-in')) signIns.push(request.url())
    })
    await go('?as=alice')
    await page.getByRole('list', { name: 'Friends', exact: true }).waitFor()
    expect(signIns).toHaveLength(1)
    await close()
  })

  it('forgets what was searched for when its page is opened anew', async () => {
    const { page, close } = await windows.open('alice', '/people?q=bob')
    await page.getByRole('link', { name: /Bob/ }).first().waitFor()
    await page.getByRole('link', { name: 'People', exact: true }).click()
    await expect.poll(() => page.getByRole('searchbox').inputValue(), patience).toBe('')
    await page.waitForTimeout(500)
    expect(new URL(page.url()).search).toBe('')
    await close()
  })

  it('says how many people were found', async () => {
    const { page, close } = await windows.open('alice', '/people?q=bob')
    await page.getByRole('status').filter({ hasText: '1 person' }).waitFor({ state: 'attached' })
    await page.getByRole('searchbox').fill('zzz')
    const nobody = page.getByRole('status').filter({ hasText: 'Nobody was found' })
    await nobody.waitFor({ state: 'attached' })
    await page.getByRole('searchbox').fill('z')
    await page.getByRole('status').filter({ hasText: 'at least 2 letters' }).waitFor()
    await close()
  })

  it('opens its other pages while it is offline, and reads them when it is online again', async () => {
    const { page, context, heading, close } = await windows.open('alice')
    let before: readonly string[] = []
    const isLoaded = async () => {
      const last = before
      before = await page.evaluate<string[]>(
        `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/console/page/'))`,
      )
      const areThere = ['/blocked-', '/games-'].every((page) =>
        before.some((name) => name.includes(page)),
      )
      return areThere && before.length === last.length
    }
    await expect.poll(isLoaded, { ...patience, interval: 1_000 }).toBe(true)
    await context.setOffline(true)
    await page.getByText('You are offline.').first().waitFor()
    await page.getByRole('link', { name: 'Blocked people' }).click()
    await heading('Blocked people')
    await page.getByRole('link', { name: 'Games' }).click()
    await heading('Games')
    await page.getByText('This cannot be loaded while you are offline.').waitFor()
    await context.setOffline(false)
    await page.getByText('Five-a-side on Thursday').waitFor()
    await close()
    windows.forgive()
  }, 120_000)

  it('says in its title where it is, and how much is unread', async () => {
    const { page, close } = await windows.open('alice', '/games')
    await expect.poll(() => page.title(), patience).toMatch(/^(\(\d+\) )?Games · connections$/)
    await close()
  })

  it('remembers who it is in the explorer and back, and another window is somebody else', async () => {
    const { page, context, close } = await windows.open('bob')
    await page.getByRole('link', { name: 'Explorer' }).click()
    await page.locator('.explorer-me b').getByText('bob').waitFor({ timeout: 60_000 })
    await page.getByRole('link', { name: 'Console' }).click()
    await page.getByRole('button', { name: /Signed in as bob/ }).waitFor()
    const other = await context.newPage()
    await other.goto(`${host.url}/console?as=carol`)
    await other.getByRole('button', { name: /Signed in as carol/ }).waitFor()
    expect(new URL(other.url()).search).toBe('')
    await page.reload()
    await page.getByRole('button', { name: /Signed in as bob/ }).waitFor()
    // The editor of the explorer has something to say of itself.
    await close()
    windows.forgive()
  }, 120_000)

  it('says that it is offline, and what could not be loaded can be tried again', async () => {
    const { page, context, close } = await windows.open('alice')
    await page.getByRole('link', { name: 'Inbox' }).waitFor()
    await context.setOffline(true)
    await page.getByText('You are offline.').first().waitFor()
    await context.setOffline(false)
    await expect
      .poll(() => page.getByText('What you see may be out of date').count(), patience)
      .toBe(0)
    const broken = (url: URL) => url.pathname === '/graphql'
    await page.route(broken, (route) => route.fulfill({ status: 400, body: '{}' }))
    await page.getByRole('link', { name: 'Games' }).click()
    await page.getByRole('heading', { level: 1, name: 'Games' }).waitFor()
    // The page before, which failed too, may still be on its way out.
    const again = page.getByRole('button', { name: 'Try again' }).last()
    await again.waitFor()
    await page.unroute(broken)
    await again.click()
    await page.getByText('Five-a-side on Thursday').waitFor()
    await close()
    windows.forgive()
  })

  it('keeps the language and the direction, in which its icons point, too', async () => {
    const { page, close } = await windows.open('alice', '/more', { language: 'ar' })
    await expect.poll(() => page.evaluate('document.documentElement.dir'), patience).toBe('rtl')
    await page.getByRole('heading', { level: 1, name: 'الإعدادات' }).waitFor()
    // The icons of contacts and of signing out, and the arrows of rows, point the other way.
    const turned = `[
      ...[...document.querySelectorAll('.directed')].map((icon) => getComputedStyle(icon).scale),
      getComputedStyle(document.querySelector('.settings .row'), '::after').rotate,
    ]`
    await expect
      .poll(async () => new Set(await page.evaluate<string[]>(turned)), patience)
      .toEqual(new Set(['-1 1', '-135deg']))
    await close()
  })
})

type Page = Awaited<ReturnType<typeof windows.open>>['page']

const focused = (page: Page) =>
  page.evaluate<string>('document.activeElement.innerText ?? document.activeElement.value')

const on = (path: string) => (line: string) => `${path}: ${line}`

/** Shows an inbox by what it says: when an event is delivered is not the same in each run. */
async function orderInbox(page: Page): Promise<void> {
  await page.route(
    (url) => url.pathname === '/graphql',
    async (route) => {
      if (route.request().postData()?.includes('query ListNotifications') !== true)
        return route.fallback()
      const response = await route.fetch()
      const body = (await response.json()) as ListedInbox
      const saysOf = ({ node: { kind, actor, game } }: ListedNotification) =>
        [kind, actor.id, game?.id].join(' ')
      body.data.viewer.notifications.edges.sort((one, other) =>
        saysOf(one) < saysOf(other) ? -1 : 1,
      )
      await route.fulfill({ response, json: body })
    },
  )
}

interface ListedNotification {
  readonly node: {
    readonly kind: string
    readonly actor: { readonly id: string }
    readonly game: { readonly id: string } | null
  }
}

interface ListedInbox {
  readonly data: {
    readonly viewer: { readonly notifications: { readonly edges: ListedNotification[] } }
  }
}

/** Whether a page that has come differs from its picture in `test/dev/console/pictures`. */
async function differs(page: Page, name: string): Promise<readonly string[]> {
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
  const path = join(import.meta.dirname, 'pictures', `${name}.png`)
  return differenceFound({ page, part: page, path, style, tolerance: 0.004 })
}

/** Waits until no colour is still on its way to another. */
async function allStill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame)
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  })
}
