"""What is public of a neighbourhood by itself: its officers, its map, how fresh its page is. Knows no page."""
