/**
 * What late code shares with early code. Injected, so that esbuild makes one chunk of it instead of
 * one per pair.
 */

import "./page/i18n.js"
import "./page/press_element.js"
import "./clock/church_time.js"
import "./live/put.js"
import "./composer/option_list.js"
import "./composer/fields.js"
import "./composer/insert.js"
import "./composer/pop.js"
