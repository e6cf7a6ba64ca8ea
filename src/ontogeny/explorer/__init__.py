"""The explorer: one static page that computes, and a server for what a page cannot."""
