"""Judges the message of a commit, and installs itself as the checkout's commit-msg hook.

A subject is one idea in at most 72 characters; the body, after an empty line, says why. Merges say what git wrote.
What was committed before is never judged. Runs on any Python 3, without packages.
Use: commit_message.py FILE judges the message in a file; commit_message.py --install puts the hook in place.
"""

import re
import subprocess
import sys
from pathlib import Path

LONGEST_SUBJECT = 72
SCISSORS = re.compile(r"^\S+ -+ >8 -+$", re.MULTILINE)
TRAILER = re.compile(r"[A-Za-z][A-Za-z-]*: \S")
ASK = "Write it again with: git commit --edit --file={file}"

MARK = "# Installed by `make setup-test`; the rules stand in scripts/commit_message.py."
HOOK = f"""#!/bin/sh
{MARK}
[ -f scripts/commit_message.py ] || exit 0
python=.venv/bin/python
[ -x "$python" ] || python=python3
exec "$python" scripts/commit_message.py "$1"
"""


def faults(message: str) -> list[str]:
    """What is wrong with a message that is free of comments, a sentence each; nothing for an empty one."""
    subject, _, rest = message.strip("\n").partition("\n")
    if not subject:
        return []
    found = []
    if len(subject) > LONGEST_SUBJECT:
        found.append(
            f"The subject has {len(subject)} characters; say the one idea in {LONGEST_SUBJECT} or fewer."
        )
    if ";" in subject:
        found.append("The subject joins two ideas by a semicolon; make two commits, or name the one idea.")
    if rest and not rest.startswith("\n"):
        found.append("The second line is not empty; leave it empty between subject and body.")
    if not [line for line in rest.splitlines() if line.strip() and not TRAILER.match(line)]:
        found.append(
            "There is no body; say why: what was wrong, what was considered, how it was seen to work."
        )
    return found


def judge(file: Path) -> int:
    """Print what is wrong with the message in a file; the hook's status."""
    if _git("rev-parse", "--quiet", "--verify", "MERGE_HEAD"):
        return 0
    written = SCISSORS.split(file.read_text(encoding="utf-8", errors="replace"))[0]
    message = subprocess.run(
        ["git", "stripspace", "--strip-comments"],
        input=written,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    found = faults(message)
    if not found:
        return 0
    print("This message was not accepted, and nothing was committed:", file=sys.stderr)
    for sentence in found:
        print(f"  - {sentence}", file=sys.stderr)
    print(ASK.format(file=file), file=sys.stderr)
    return 1


def install() -> str:
    """Put the hook where this checkout looks for it; a sentence where that was not done."""
    own = _git("rev-parse", "--path-format=absolute", "--git-common-dir")
    hooks = _git("rev-parse", "--path-format=absolute", "--git-path", "hooks")
    if not own:
        return ""  # not a checkout: there is nothing to commit to
    if Path(own) not in Path(hooks).parents:
        return (
            f"The commit-msg hook was not installed: git takes this checkout's hooks from {hooks}, which is not its "
            "own. Call scripts/commit_message.py with the message's file from the hook there."
        )
    hook = Path(hooks) / "commit-msg"
    if hook.is_symlink() or (
        hook.exists() and MARK not in hook.read_text(encoding="utf-8", errors="replace")
    ):
        return (
            f"The commit-msg hook was not installed: another one stands at {hook} and was left alone. "
            'Add to it: python3 scripts/commit_message.py "$1"'
        )
    try:
        hook.parent.mkdir(parents=True, exist_ok=True)
        hook.write_text(HOOK, encoding="utf-8")
        hook.chmod(0o755)
    except OSError as error:
        return f"The commit-msg hook was not installed: {error}. Make the folder writable and run it again."
    return ""


def _git(*words: str) -> str:
    """What git says, empty where it refuses or is not there."""
    try:
        done = subprocess.run(["git", *words], capture_output=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def main() -> int:
    if sys.argv[1:] == ["--install"]:
        said = install()
        if said:
            print(said, file=sys.stderr)
        return 0
    if len(sys.argv) != 2:
        print("Use: commit_message.py FILE, or commit_message.py --install.", file=sys.stderr)
        return 2
    return judge(Path(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
