"""The checks: a change and a policy enter, findings leave.

`change` says what is about to be committed, `policy` what is asked of it, `table` names the checks,
`run` runs them. One file per check; nothing here prints or exits.
"""
