import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { idOf } from '../../../src/dev/seed/people.ts'
import { openExplorerHost } from '../../support/explorer-host.ts'
import { openExplorerPage, patience } from '../../support/explorer-page.ts'

// What happens while somebody looks: the inbox of one page, and what another person does.

const host = await openExplorerHost()
const explorer = openExplorerPage(host, { viewport: { width: 1280, height: 800 } })
const { open, openExample, run, ask, footer, expectAnswer } = explorer

const subscription = 'subscription { relationshipChanged { kind } }'
const event = (kind: string) =>
  `event: next\ndata: ${JSON.stringify({ data: { relationshipChanged: { kind } } })}\n\n`

describe('the inbox', () => {
  it('shows what another person has done', async () => {
    await open('/')
    await openExample('My notifications')
    await ask()
    await follow('grace', idOf('alice'))
    const newest = async () => (await ask()).body.data.viewer.notifications.edges[0].node
    await expect.poll(newest, patience).toMatchObject({
      kind: 'FOLLOWED',
      actor: { username: 'amazing.grace', profile: { displayName: 'Grace Hopper' } },
      readAt: null,
    })
    await expectAnswer('Grace Hopper')
  })
})

describe('a subscription', () => {
  it('shows what another person does, until it is stopped', async () => {
    await open('/')
    await write(subscription)
    await run()
    await expect.poll(footer, patience).toBe('Listening as alice on the gateway: no event yet.')
    await followUntilHeard('alice')
    await expect.poll(footer, patience).toMatch(/^Listening as alice on the gateway: \d+ event/)
    await expectAnswer('FOLLOWED')
    await explorer.page.getByRole('button', { name: 'Stop query' }).click()
    await expect
      .poll(footer, patience)
      .toMatch(/^Listened as alice on the gateway: \d+ event.* Not listening any more\.$/)
    expect(explorer.complaints).toEqual([])
  })

  const answerWith = async (body: string) => {
    await explorer.page.route('**/graphql', (route) =>
      route.request().postData()?.includes('relationshipChanged') === true &&
      route.request().postData()?.includes('IntrospectionQuery') === false
        ? route.fulfill({ contentType: 'text/event-stream; charset=utf-8', body })
        : route.continue(),
    )
  }
  const write = async (query: string) => {
    const editor = explorer.page.locator('.graphiql-query-editor')
    await editor.locator('.view-lines').click()
    await explorer.page.keyboard.press('Control+A')
    await explorer.page.keyboard.insertText(query)
  }

  it.each(['gateway', 'subgraph'])('shows bob who follows him, as it happens (%s)', async (via) => {
    await open(`/?as=bob&via=${via}`)
    await write(subscription)
    await run()
    await expect.poll(footer, patience).toBe(`Listening as bob on the ${via}: no event yet.`)
    await followUntilHeard('bob')
    await expectAnswer('FOLLOWED')
    await expect
      .poll(footer, patience)
      .toMatch(new RegExp(`^Listening as bob on the ${via}: \\d+ event`))
  })

  it('is among the examples', async () => {
    await open('/?as=bob')
    await openExample('Live changes')
    await run()
    await expect.poll(footer, patience).toBe('Listening as bob on the gateway: no event yet.')
  })

  it('shows its newest event, how many there were, and that it has ended', async () => {
    await open('/?as=bob')
    await answerWith(
      `:\n\n${event('FOLLOWED')}:\n\n${event('FRIEND_REQUESTED')}event: complete\ndata:\n\n`,
    )
    await write(subscription)
    await run()
    await expectAnswer('FRIEND_REQUESTED')
    await expect
      .poll(footer, patience)
      .toBe('Listened as bob on the gateway: 2 events, this is the newest. Not listening any more.')
  })

  it('that is refused shows why', async () => {
    await open('/?as=bob')
    await explorer.page.route('**/graphql', (route) =>
      route.request().headers()['accept']?.startsWith('text/event-stream') === true
        ? route.fulfill({
            contentType: 'application/json',
            body: '{"errors":[{"message":"Sign in to do this."}]}',
          })
        : route.continue(),
    )
    await write(subscription)
    await run()
    await expectAnswer('Sign in to do this.')
    await expect.poll(footer, patience).toMatch(/^Run as bob/)
  })
})

/**
 * Lets people whom nobody knows follow somebody, one after the other, until the page shows one of
 * them: the gateway answers before it has subscribed, and what happens until then is not heard.
 */
async function followUntilHeard(name: 'alice' | 'bob'): Promise<void> {
  const heard = async () => {
    await follow(randomUUID(), idOf(name))
    return footer()
  }
  await expect.poll(heard, { ...patience, interval: 1_000 }).toMatch(/: \d+ event/)
}

async function follow(subject: string, target: string): Promise<void> {
  const query = `mutation { followUser(userId: "${target}") { changed userErrors { code } } }`
  const response = await fetch(`${host.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await tokenOf(subject)}`,
    },
    body: JSON.stringify({ query }),
  })
  expect(await response.json()).toMatchObject({ data: { followUser: { changed: true } } })
}

async function tokenOf(subject: string): Promise<string> {
  const response = await fetch(`${host.url}/explorer/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject }),
  })
  return ((await response.json()) as { token: string }).token
}
