// In this order: the colours first, and what narrow screens change last.
import './colours.css'
import './bar.css'
import './people.css'
import './question.css'
import './panes.css'
import './narrow.css'
