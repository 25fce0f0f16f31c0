"""A built site that follows the repository: changes are seen, only their data is written anew, and pages are told."""
