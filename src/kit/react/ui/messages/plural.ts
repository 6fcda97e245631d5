/** The forms of a sentence with a number, which stands as `#`. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

/** A sentence with a number, in the plural form of its language. */
export function plural(locale: string, count: number, forms: Forms): string {
  const form = forms[new Intl.PluralRules(locale).select(count)] ?? forms.other
  return form.replace('#', () => new Intl.NumberFormat(locale).format(count))
}

/** A name inside of a sentence, so that its direction does not change that of the sentence. */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`
}
