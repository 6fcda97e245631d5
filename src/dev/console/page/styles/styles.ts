// The order of the layers stands in the first.
import './layers.css'
import './tokens.css'
import './base.css'
import './frame.css'
import './rows.css'
import './controls.css'
import './pages.css'
