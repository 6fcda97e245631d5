import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { Frame } from './frame/frame.tsx'
import { Broken, NotFound } from './pages/no-page.tsx'

const rootRoute = createRootRoute({
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: Broken,
})

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home.tsx'), 'Home'),
})

/** The tabs of the page about friend requests. */
export const requestsTabs = ['received', 'sent', 'ignored'] as const
export type RequestsTab = (typeof requestsTabs)[number]

const requestsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/requests',
  validateSearch: ({ tab }: Record<string, unknown>): { readonly tab?: RequestsTab } =>
    oneOf(tab, requestsTabs) && tab !== 'received' ? { tab } : {},
  component: lazyRouteComponent(() => import('./pages/requests.tsx'), 'Requests'),
})

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./pages/welcome.tsx'), 'Welcome'),
})

/** The tabs of the page about people. */
export const peopleTabs = ['find', 'following', 'followers'] as const
export type PeopleTab = (typeof peopleTabs)[number]

interface PeopleSearch {
  /** What is searched for. */
  readonly q?: string
  readonly tab?: PeopleTab
}

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  validateSearch: ({ q, tab }: Record<string, unknown>): PeopleSearch => ({
    ...(typeof q === 'string' || typeof q === 'number' ? q !== '' && { q: String(q) } : {}),
    ...(oneOf(tab, peopleTabs) && tab !== 'find' && { tab }),
  }),
  component: lazyRouteComponent(() => import('./pages/people.tsx'), 'People'),
})

const personRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/$id',
  component: lazyRouteComponent(() => import('./pages/person.tsx'), 'PersonPage'),
})

/** The tabs of the page about contacts. */
export const contactsTabs = ['people', 'links'] as const
export type ContactsTab = (typeof contactsTabs)[number]

const contactsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/contacts',
  validateSearch: ({ tab }: Record<string, unknown>): { readonly tab?: ContactsTab } =>
    oneOf(tab, contactsTabs) && tab !== 'people' ? { tab } : {},
  component: lazyRouteComponent(() => import('./pages/contacts.tsx'), 'Contacts'),
})

const linkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/link/$token',
  component: lazyRouteComponent(() => import('./pages/link.tsx'), 'LinkPage'),
})

/** The tabs of the page about games. */
export const gamesTabs = ['all', 'mine', 'invites'] as const
export type GamesTab = (typeof gamesTabs)[number]

const gamesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/games',
  validateSearch: ({ tab }: Record<string, unknown>): { readonly tab?: GamesTab } =>
    oneOf(tab, gamesTabs) && tab !== 'all' ? { tab } : {},
  component: lazyRouteComponent(() => import('./pages/games.tsx'), 'Games'),
})

const gameRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/games/$id',
  component: lazyRouteComponent(() => import('./pages/game.tsx'), 'GamePage'),
})

const inboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/inbox',
  component: lazyRouteComponent(() => import('./pages/inbox.tsx'), 'Inbox'),
})

const privacyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/privacy',
  component: lazyRouteComponent(() => import('./pages/privacy.tsx'), 'Privacy'),
})

const blockedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/blocked',
  component: lazyRouteComponent(() => import('./pages/blocked.tsx'), 'Blocked'),
})

const moreRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/more',
  component: lazyRouteComponent(() => import('./pages/more.tsx'), 'More'),
})

/** All addresses of the console, with what may stand in them. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    requestsRoute,
    welcomeRoute,
    peopleRoute,
    personRoute,
    contactsRoute,
    linkRoute,
    gamesRoute,
    gameRoute,
    inboxRoute,
    privacyRoute,
    blockedRoute,
    moreRoute,
  ]),
  basepath: '/console',
  defaultPreload: 'intent',
  scrollRestoration: true,
})

/** Loads the code of all pages: each then opens at once, also while offline. */
export function loadAllPages(): void {
  for (const route of Object.values(router.routesById)) void router.loadRouteChunk(route)
}

declare module '@tanstack/react-router' {
  // The router's own way to learn our addresses.
  interface Register {
    router: typeof router
  }
}

function oneOf<Word extends string>(text: unknown, words: readonly Word[]): text is Word {
  return words.some((word) => word === text)
}
