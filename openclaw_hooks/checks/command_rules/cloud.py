"""Commands that destroy what runs elsewhere: infrastructure, clusters, buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject

_INSTEAD = "show the plan first (`terraform plan -destroy`, `--dry-run`), and let a person do it"

# program -> runs of words that destroy, in order, other words between them allowed
_DESTROYING: dict[str, tuple[tuple[str, ...], ...]] = {
    "terraform": (("destroy",), ("apply", "-destroy"), ("state", "rm"), ("workspace", "delete")),
    "tofu": (("destroy",), ("apply", "-destroy"), ("state", "rm")),
    "terragrunt": (("destroy",), ("run-all", "destroy"), ("apply", "-destroy")),
    "pulumi": (("destroy",), ("down",), ("stack", "rm")),
    "cdk": (("destroy",),),
    "serverless": (("remove",),),
    "sls": (("remove",),),
    "aws": (("s3", "rm", "--recursive"), ("s3", "rb", "--force"), ("s3", "sync", "--delete")),
    "gcloud": (("delete",),),
    "gsutil": (("rm", "-r"), ("rm", "-R"), ("rb",)),
    "az": (("delete",), ("purge",)),
    "kubectl": (("delete", "ns"), ("delete", "namespace"), ("delete", "namespaces"), ("delete", "--all"), ("delete", "-A"),
                ("delete", "--all-namespaces"), ("delete", "pv"), ("delete", "pvc"), ("delete", "crd"), ("delete", "node"),
                ("delete", "all"), ("drain",), ("delete", "deployment"), ("delete", "statefulset"), ("delete", "cluster")),
    "oc": (("delete", "project"), ("delete", "--all")),
    "helm": (("uninstall",), ("delete",)),
    "heroku": (("apps:destroy",), ("pg:reset",), ("addons:destroy",)),
    "doctl": (("delete",), ("destroy",)),
    "flyctl": (("destroy",), ("delete",)),
    "fly": (("destroy",), ("delete",)),
    "vercel": (("rm",), ("remove",)),
    "eksctl": (("delete",),),
    "gh": (("repo", "delete"), ("release", "delete"), ("secret", "delete")),
    "glab": (("repo", "delete"),),
    "docker": (("system", "prune"), ("volume", "prune"), ("volume", "rm")),
    "podman": (("system", "prune"), ("volume", "prune"), ("system", "reset")),
    "linode-cli": (("delete",),),
    "oci": (("delete",), ("terminate",)),
    "ibmcloud": (("delete",),),
    "railway": (("down",), ("delete",)),
    "netlify": (("sites:delete",),),
    "firebase": (("firestore:delete",), ("hosting:disable",)),
    "supabase": (("projects", "delete"),),
    "wrangler": (("delete",),),
}  # fmt: skip
_AWS_VERBS = ("delete-", "terminate-", "purge-", "deregister-", "destroy-", "remove-", "schedule-key-deletion")
_HARMLESS = frozenset(
    ("--help", "-h", "help", "--dry-run", "--dry-run=client", "--dry-run=server", "--dryrun", "--what-if")
)


def judge_cloud(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about one run."""
    run = subject.run
    words = run.words[1:]
    if run.program not in _DESTROYING or not _HARMLESS.isdisjoint(words):
        return
    decision = subject.facts.settings.cloud
    for sequence in _DESTROYING[run.program]:
        if _holds_in_order(words, sequence):
            shown = " ".join(sequence)
            yield subject.finding(
                "cloud", shown, f"`{run.program} {shown}` destroys what runs elsewhere", _INSTEAD, decision
            )
            return
    for word in words:
        if run.program == "aws" and word.startswith(_AWS_VERBS):
            yield subject.finding("cloud", word, f"`aws {word}` destroys what runs elsewhere", _INSTEAD, decision)


def _holds_in_order(words: list[str], sequence: tuple[str, ...]) -> bool:
    at = 0
    for word in words:
        if at < len(sequence) and _is_word(word, sequence[at]):
            at += 1
    return at == len(sequence)


def _is_word(word: str, wanted: str) -> bool:
    if word == wanted or (wanted.startswith("--") and word.startswith(wanted + "=")):
        return True
    if wanted == "-destroy":
        return word == "--destroy"
    return len(wanted) == 2 and wanted[0] == "-" and word[:1] == "-" and word[1:2] != "-" and wanted[1] in word
