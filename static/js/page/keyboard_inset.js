/**
 * On iOS, the keyboard covers the page instead of shrinking it, so the app is sized to fit above
 * it.
 */

const view = window.visualViewport

function fit() {
  const covered = window.innerHeight - view.height
  const style = document.documentElement.style
  if (view.scale === 1 && covered > 80) {
    style.setProperty("--app-height", `${view.height}px`)
    window.scrollTo(0, 0)
  } else {
    style.removeProperty("--app-height")
  }
}

view?.addEventListener("resize", fit)
