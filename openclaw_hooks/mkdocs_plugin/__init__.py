"""Mission Control inside a site made by mkdocs: the plugin `openclaw`. Facts and pages come from `mission_control`."""
