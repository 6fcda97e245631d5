import { useCallback, useRef, useState } from 'react'
import { headOf } from '../example.ts'
import type { Place } from './identity.ts'
import { wantedPlace } from './wanted-place.ts'

/** A query that waits: it is written for another person or endpoint. */
export interface Question {
  readonly here: Place
  readonly wanted: Place
  /** `switch` runs it as it is meant, `stay` runs it as it is, `cancel` does not run it. */
  readonly choose: (choice: 'switch' | 'stay' | 'cancel') => void
}

/**
 * Asks before an example runs as the wrong person, because the answer would be misleading. It asks
 * once for each pair of person and example's person; after `stay` it does not ask again.
 */
export function useRightPerson(here: Place, go: (place: Place) => void) {
  const [question, setQuestion] = useState<Question | null>(null)
  const accepted = useRef(new Set<string>())
  const current = useRef(here)
  current.current = here

  /** Where to send a document; null when it must not be sent. */
  const placeFor = useCallback(
    (document: string): Promise<Place | null> => {
      const place = current.current
      const wanted = wantedPlace(headOf(document), place)
      const key = [wanted, place].map((each) => `${each?.identity.as}/${each?.via}`).join()
      if (wanted === null || place.identity.kind === 'unknown' || accepted.current.has(key)) {
        return Promise.resolve(place)
      }
      return new Promise((resolve) => {
        const choose: Question['choose'] = (choice) => {
          setQuestion(null)
          if (choice === 'switch') go(wanted)
          if (choice === 'stay') accepted.current.add(key)
          resolve({ switch: wanted, stay: place, cancel: null }[choice])
        }
        setQuestion({ here: place, wanted, choose })
      })
    },
    [go],
  )
  return { question, placeFor }
}
