// Whether somebody is there. What a page asks by itself, with nobody there, must not keep a log-in from ending.

/** Nobody has touched the page for a minute. */
export const isUnattended = (touched: number, now: number): boolean => now - touched >= 60_000

let touched = Date.now()

export const unattended = (): boolean => isUnattended(touched, Date.now())

if (typeof window !== 'undefined') {
  for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
    window.addEventListener(event, () => { touched = Date.now() }, { passive: true, capture: true })
  }
}
