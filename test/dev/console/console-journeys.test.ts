import { describe, expect, it } from 'vitest'
import { consoleBundle } from '../../../src/dev/console/bundle.ts'
import { type ConsoleWindow, openConsole, patience } from '../../support/console-page.ts'
import { openExplorerHost } from '../../support/explorer-host.ts'

// Ten journeys of a person's first week, one after the other: nora arrives, and alice is there.
// Nora uses keys for all but menus and games, alice a mouse.

await consoleBundle().ready()
const host = await openExplorerHost()
const windows = openConsole(host)

let nora: ConsoleWindow
let alice: ConsoleWindow
let link = ''
let idOfNora = ''
const game = 'Boules under the trees'

const button = (window: ConsoleWindow, name: string | RegExp) =>
  window.page.getByRole('button', { name })
const listed = (window: ConsoleWindow, list: string, text: string) =>
  window.page
    .getByRole('list', { name: list, exact: true })
    .getByRole('listitem')
    .filter({ hasText: text })

describe('in her first week, nora', () => {
  it('arrives as somebody new', async () => {
    nora = await windows.open('nobody', '', { patient: true })
    await nora.heading('Who do you want to be?')
    await nora.press(button(nora, 'Arrive as somebody new'))
    await nora.heading('Welcome')
    await nora.page.getByText('Your friends will be here.').waitFor()
    for (const meaning of ['You both agreed.', 'Your private list.', 'No answer needed.'])
      await nora.page.getByText(meaning).waitFor()
  })

  it('claims a name', async () => {
    await nora.press(nora.page.getByRole('link', { name: 'Choose a username' }))
    await nora.reach(nora.page.getByRole('textbox', { name: 'Username' }))
    await nora.page.keyboard.type('nora')
    await nora.press(button(nora, 'Save username'))
    await nora.press(button(nora, 'Edit profile'))
    await nora.reach(nora.page.getByLabel('Name', { exact: true }))
    await nora.page.keyboard.type('Nora Lind')
    await nora.page.keyboard.press('Enter')
    await nora.page.locator('main').getByText('Nora Lind').first().waitFor()
    idOfNora = await nora.page.evaluate(`sessionStorage.getItem('connections:as')`)
    expect(idOfNora).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('opens the link that alice shows her as a QR code, and has alice in her contacts', async () => {
    alice = await windows.open('alice', '/contacts?tab=links')
    await button(alice, 'Create link').click()
    const address = alice.page.getByLabel('Address of the link')
    link = await address.inputValue()
    await button(alice, 'Show QR code').click()
    await alice.page.getByRole('img', { name: 'QR code of the link' }).waitFor()
    await nora.go(new URL(link).pathname.replace('/console', ''))
    await nora.page.getByText('invites you to add them to your contacts').waitFor()
    await nora.press(button(nora, 'Add to contacts'))
    await nora.page.getByText(/Alice.* is in your contacts/).waitFor()
  })

  it('asks alice to be friends, and alice sees it at once', async () => {
    await alice.go('')
    await alice.page.getByRole('list', { name: 'Friends', exact: true }).waitFor()
    await windows.untilHears(alice.page, 'relationshipChanged')
    await nora.press(button(nora, /^Add friend/))
    await nora.page.getByText('Requested', { exact: true }).waitFor()
    await listed(alice, 'Received', 'Nora Lind').waitFor()
  })

  it('is accepted, and sees that at once', async () => {
    // She may be suggested to alice as well, with the same button.
    await listed(alice, 'Received', 'Nora Lind')
      .getByRole('button', { name: /^Accept/ })
      .click()
    await listed(alice, 'Friends', 'Nora Lind').waitFor()
    await button(nora, /^Friend /).waitFor()
  })

  it('becomes a close friend when both want it', async () => {
    await button(nora, /^Friend /).click()
    await nora.page.getByRole('menuitem', { name: 'Ask to be close friends' }).click()
    await alice.go(`/people/${idOfNora}`)
    await alice.heading('Nora Lind')
    await button(alice, /^Friend /).click()
    await alice.page.getByRole('menuitem', { name: 'Become close friends' }).click()
    await button(nora, /^Close friend /).waitFor()
  })

  it('is the first whom alice can invite to a game for close friends, and joins it', async () => {
    await alice.page.getByRole('link', { name: 'Games' }).click()
    await button(alice, 'New game').click()
    const dialog = alice.page.getByRole('dialog', { name: 'New game' })
    await dialog.getByText('(your default)').waitFor()
    await expect.poll(() => dialog.getByRole('radio', { checked: true }).count(), patience).toBe(1)
    await dialog.getByLabel('Title').fill(game)
    await dialog.getByRole('radio', { name: /^Close friends/ }).check()
    await button(alice, 'Make game').click()
    await alice.heading(game)
    const first = alice.page.getByRole('list', { name: 'Invite friends' }).getByRole('listitem')
    await expect.poll(() => first.first().innerText(), patience).toContain('Nora Lind')
    await button(alice, /^Invite Nora Lind/).click()
    await nora.page.getByRole('link', { name: 'Games' }).click()
    await button(nora, /^Invitations/).click()
    await nora.page.getByRole('link', { name: new RegExp(game) }).click()
    await nora.page.getByText('invites you to this game').waitFor()
    await button(nora, 'Join').click()
    await listed(nora, 'Taking part', 'Nora Lind').waitFor()
    await listed(nora, 'Taking part', 'Alice').getByText('Host').waitFor()
  })

  it('takes back that she has ignored a request', async () => {
    const erin = await windows.open('erin', `/people/${idOfNora}`)
    await button(erin, /^Add friend/).click()
    await erin.page.getByText('Requested', { exact: true }).waitFor()
    await nora.press(nora.page.getByRole('link', { name: 'Home', exact: true }))
    const row = listed(nora, 'Received', 'Erin')
    await nora.press(row.getByRole('button', { name: /^Ignore/ }))
    await expect.poll(() => row.count(), patience).toBe(0)
    // The button is far away for the Tab key.
    await nora.page.keyboard.press('Control+z')
    await row.getByRole('button', { name: /^Accept/ }).waitFor()
    await erin.close()
  })

  it('blocks somebody, who then does not see her any more', async () => {
    const mallory = await windows.open('mallory', `/people/${idOfNora}`)
    await mallory.heading('Nora Lind')
    await nora.go('/people?q=mallory')
    await nora.press(nora.page.getByRole('link', { name: /Mallory/ }).first())
    await nora.press(button(nora, /^Block /))
    await nora.press(nora.page.getByRole('alertdialog').getByRole('button', { name: 'Block' }))
    await listed(nora, 'Blocked people', 'Mallory').waitFor()
    await mallory.go(`/people/${idOfNora}`)
    await mallory.page.getByText('This person is not available.').waitFor()
    await mallory.close()
  })

  it('signs out, and nothing of hers is left on the screen', async () => {
    await nora.press(button(nora, /Signed in as/))
    await nora.press(button(nora, 'Sign out'))
    await nora.heading('Who do you want to be?')
    expect(await nora.page.locator('body').innerText()).not.toContain('Nora')
    await nora.page.reload()
    await nora.heading('Who do you want to be?')
  })
})
