"""What boards show: style (one look), html (escaped text), ask (the portal, or a sentence), and a module a board."""
