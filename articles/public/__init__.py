"""What readers and machines get of stories: pages, feeds, sitemaps, structured data."""
