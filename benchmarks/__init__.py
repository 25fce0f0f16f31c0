"""Commands that measure: `python -m benchmarks.hooks` what the hooks cost, `python -m benchmarks.secrets` what they find."""
