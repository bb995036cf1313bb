/**
 * Formatters are created when they are first needed, and kept: on a cheap phone, creating one takes
 * several hundredths of a second.
 */

const made = new Map()

/** The formatter for these options, in `zone`; without one, in the reader's own. */
export function formatOf(locale, options, zone) {
  const key = JSON.stringify([locale, options, zone])
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }))
  return made.get(key)
}
