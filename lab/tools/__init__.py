"""Tool use: learning when to call a tool, and searching for a chain of calls that works."""
