import { useEffect, useLayoutEffect } from 'react'

/** `useLayoutEffect`, of which React 18 complains on a server, where it does nothing. */
export const useBrowserLayoutEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect
