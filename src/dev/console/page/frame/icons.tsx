/** The lines of each icon, on 24 × 24. */
const paths = {
  home: 'M3 11 12 4l9 7M5.5 9.5V20h13V9.5M10 20v-6h4v6',
  person: 'M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.5-3.9 3.4-6 7.5-6s7 2.1 7.5 6',
  people:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M16 4.8a3.5 3.5 0 0 1 0 6.4M18.5 15c1.7.8 2.8 2.5 3 5',
  contacts:
    'M6 3.5h13v17H6zM3.5 8H6m-2.5 4H6m-2.5 4H6m6.5-4a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm-3.3 4.5c.3-1.9 1.5-2.8 3.3-2.8s3 .9 3.3 2.8',
  games:
    'M7 7.5h10a4.5 4.5 0 0 1 4.4 5.5l-.8 3.5a2.5 2.5 0 0 1-4.4.9L14.5 15h-5l-1.7 2.4a2.5 2.5 0 0 1-4.4-.9L2.6 13A4.5 4.5 0 0 1 7 7.5Zm.5 2.5v3M6 11.5h3m6.5-.7h.01m1.99 1.7h.01',
  inbox: 'M18 9.5a6 6 0 0 0-12 0c0 6-2.5 7-2.5 7h17s-2.5-1-2.5-7ZM10 20a2.2 2.2 0 0 0 4 0',
  privacy: 'M12 3.5 19.5 6v6c0 4.5-3.2 7.3-7.5 8.5-4.3-1.2-7.5-4-7.5-8.5V6zM9 12l2.2 2.2L15.2 10',
  blocked: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.7 5.7l12.6 12.6',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM20 20l-4.8-4.8',
  chevron: 'm6 9.5 6 6 6-6',
  plus: 'M12 5v14M5 12h14',
  chart: 'M4 4v16h16M8.5 16v-4M13 16V7.5M17.5 16v-6',
  signOut: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
  globe:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c2.5 2.4 3.7 5.4 3.7 9s-1.2 6.6-3.7 9c-2.5-2.4-3.7-5.4-3.7-9S9.5 5.4 12 3Z',
  keyboard: 'M3 6.5h18v11H3zM7 10h.01M11 10h.01M15 10h.01M17.5 10h.01M8 14h8',
  lock: 'M6 11h12v9.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  star: 'm12 4 2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.7-5 2.7 1.1-5.5L4 9.7 9.6 9z',
} as const

export type IconName = keyof typeof paths

/** Those that point to where the text begins: they point the other way in Arabic. */
const directed: readonly IconName[] = ['signOut', 'contacts']

/** A drawing beside words; it says nothing by itself. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  const isDots = name === 'more'
  // It grows with the letters beside it.
  const side = `${size / 16}rem`
  return (
    <svg
      className={directed.includes(name) ? 'icon directed' : 'icon'}
      viewBox="0 0 24 24"
      width={side}
      height={side}
      fill="none"
      stroke="currentColor"
      strokeWidth={isDots ? 3 : 1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}

/** Two circles that meet: our mark. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <g stroke="currentColor" strokeWidth="2.5">
        <circle cx="8.5" cy="12" r="6" />
        <circle cx="15.5" cy="12" r="6" />
      </g>
    </svg>
  )
}
