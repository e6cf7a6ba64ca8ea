"""How tests of the explorer go to an address of its page, and wait for it."""


def go(page, address="#"):
    """Go to an address of the page that is open, and wait until its words have followed."""
    page.evaluate("(address) => { ontogeny.state.go(address) }", address)
    settled(page)


def settled(page):
    """Wait until figures and words have followed what was set."""
    page.evaluate("ontogeny.atRest()")
