"""What a page shows without JavaScript, and on paper."""
