"""The text that init writes as it is: the starter config."""

STARTER_CONFIG = """\
# Settings of openclaw-hooks for this repository. Every key is optional; what is commented out is the default.
# After a change: openclaw doctor

format: 1

# checks:
#   disable: []            # checks that do not run, e.g. [bare-todo]
#   warn: []               # checks whose errors become warnings

# rules:
#   disable: []            # rules that are not in force: a rule id, or rule-id/check-id
#   warn: []               # rules whose errors become warnings
#   frameworks: null       # e.g. [python, react], in place of detecting them
#   max_chars: 4000        # length of the rules block that an agent is given

# secrets:
#   exclude: []            # globs that are not searched for secrets, e.g. ["tests/fixtures/**"]
#   baseline: .secrets.baseline

# structured_files:
#   exclude: []            # JSON, YAML and TOML files that need not parse

# commit_message:
#   types: [build, chore, ci, docs, feat, fix, perf, refactor, revert, style, test]
#   scopes: []             # allowed scopes; empty allows any
#   require_scope: false
#   max_subject: 100

# push:
#   protected: [main, master, production, release, "release/**"]   # never deleted, never force-pushed
#   check_commits: true    # check pushed commits that carry no receipt
#   send_receipts: true    # push refs/notes/openclaw along

# scope:
#   paths: []              # globs that may change at all; empty allows everything
#   role: ""               # the role whose limits hold here

# commands:                # an agent's command lines: deny, ask or allow; bypassing the checks is always denied
#   git: deny              # lost work: forced pushes, discarded changes
#   filesystem: deny       # mass deletion outside the repository, writing to disks
#   secret_files: deny     # showing or sending files that hold secrets
#   cloud: ask             # destroying what runs elsewhere: terraform, aws, kubectl, helm
#   database: ask          # dropping or emptying a database
#   unsure: ask            # deletions and forced pushes whose target is only known at run time

# board:
#   remote: ""             # the git remote that shares the board; none keeps it here
#   lease_minutes: 120     # how long a claim holds without a sign of life
#   trailers: true         # add `Task: T-...` to the message of a commit made under a claim
#   limits:                # tasks in a column before Mission Control marks it; 0: any number
#     proposed: 0
#     ready: 0
#     progress: 8
#     review: 6

# mesh:
#   silent_minutes: 5      # how long a node may be silent before it loses what it has claimed
#   max_proposals: 100     # proposals of one node that may wait for somebody's word
#   accept:                # proposals that are accepted without anybody looking at them
#     nodes: []            # by whom; "*": every node that joined
#     paths: []            # what their scope must be inside; none: no proposal is
#     allow_metric_from: []  # whose proposals may bring a command as their metric
#     max_per_node: 20     # open tasks that a node may have brought so
#   calls: {}              # node, or "*": [node.tool.method, ...] that it may call

# knowledge:
#   include: ["*.md", "*.markdown", "*.mdx", ".openclaw/roles/*.yaml", ".openclaw/plan-templates/*.yaml"]
#   exclude: []            # globs of files that `knowledge search` does not find; what git ignores never is found
#   prompt_chars: 0        # budget of passages quoted to an agent for its task, in characters; 0 quotes none

# agent:
#   name: ""               # the agent command of `agent run` and `agent work` when none is named; see agents.yaml
#   attempts: 3            # attempts at a task
#   max_cost_usd: 0        # US dollars that a run may cost, where the agent tells; 0: any
#   merge: none            # kept work: none (its branch only), ff (into the target), branch (its branch is pushed)
#   push_remote: origin    # where branches are pushed to
#   evaluator: []          # globs of files that measure the work: frozen while a metric runs
#   share: []              # ignored folders, such as node_modules, that each checkout gets a link to
#   metric_minutes: 10     # how long one run of a metric may take
#   metric_env: []         # variables that metrics may see; NAME or PREFIX_*
#   max_output_mb: 8       # megabytes that are kept of an agent's output

# approvals: unsigned      # signed: only with an SSH signature of somebody in .openclaw/allowed_signers
"""
