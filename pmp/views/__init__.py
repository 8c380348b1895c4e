"""Parse and render: url → view → access → form → action → redirect; reads go through a selector."""
